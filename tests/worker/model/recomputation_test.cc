#include "worker/model/layers/recomputation.h"

#include <c10/core/Allocator.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "tests/worker/model/model_samples.h"
#include "worker/model/step_abandonment.h"

namespace pleat {
namespace {

constexpr int64_t kRows = 6;

struct Pass {
  at::Tensor logits;
  at::Tensor gradient;
  at::Tensor statistics;
};

// A step of training, but for the update.
Pass Train(const v1::ModelSpec& spec, const at::Tensor& images, bool recompute) {
  const auto model = MakeModel(spec, kTinyShape, 5, images.scalar_type(), at::kCPU).value();
  std::vector<int64_t> row_ids(images.size(0));
  std::iota(row_ids.begin(), row_ids.end(), 0);
  const at::Tensor logits = model->Forward(
      images, {.training = true, .key = 9, .epoch = 2, .row_ids = row_ids, .recompute = recompute});
  model->parameters().gradient().zero_();
  logits.square().sum().backward();
  model->CommitStatistics();
  std::vector<at::Tensor> statistics;
  for (const FlatEntry& entry : model->parameters().statistics()) {
    statistics.push_back(entry.tensor.flatten().clone());
  }
  return {logits.detach(), model->parameters().gradient().clone(),
          statistics.empty() ? at::Tensor() : at::cat(statistics)};
}

// A deep network of equal layers, where activations are most of the memory.
v1::ModelSpec Deep() {
  std::string layers;
  for (int i = 0; i < 16; ++i) {
    layers +=
        "layers { conv { channels: 16 } } layers { batch_norm {} } "
        "layers { activation: \"silu\" } layers { dropout { p: 0.1 } } ";
  }
  return ModelOf("sequential { " + layers + "}");
}

// Follows how much memory tensors take at most.
class PeakMemory : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, int64_t alloc_size, size_t, size_t, c10::Device) override {
    now_ += alloc_size;
    peak_ = std::max(peak_, now_);
  }
  bool memoryProfilingEnabled() const override { return true; }
  int64_t peak() const { return peak_; }

 private:
  int64_t now_ = 0;
  int64_t peak_ = 0;
};

int64_t PeakOf(const v1::ModelSpec& spec, bool recompute) {
  const auto memory = std::make_shared<PeakMemory>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, memory);
  Train(spec, TinyImages(64).to(at::kFloat), recompute);
  return memory->peak();
}

TEST(Recomputation, ChangesNoBit) {
  for (const v1::ModelSpec& spec : {ModelOf("se_cnn { width: 4 }"), TinyResNet(0.3),
                                    TinySequential(), TinyPooled(), ModelOf("mlp {}"), Deep()}) {
    for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
      const Pass plain = Train(spec, TinyImages(kRows).to(dtype), false);
      const Pass recomputed = Train(spec, TinyImages(kRows).to(dtype), true);
      EXPECT_TRUE(at::equal(recomputed.logits, plain.logits)) << spec.ShortDebugString();
      EXPECT_TRUE(at::equal(recomputed.gradient, plain.gradient)) << spec.ShortDebugString();
      EXPECT_GT(plain.gradient.abs().max().item<double>(), 0);
      if (plain.statistics.defined()) {
        EXPECT_TRUE(at::equal(recomputed.statistics, plain.statistics));
      }
    }
  }
}

TEST(Recomputation, TakesMuchLessMemoryInADeepNetwork) {
  const int64_t plain = PeakOf(Deep(), false);
  const int64_t recomputed = PeakOf(Deep(), true);
  EXPECT_GT(plain, 1'000'000);
  EXPECT_LT(recomputed, plain / 2);
}

TEST(Recomputation, CanBeAbandonedInTheBackwardPass) {
  const auto model = MakeModel(Deep(), kTinyShape, 5, at::kFloat, at::kCPU).value();
  bool abandons = false;
  const std::function<bool()> should_abandon = [&] { return abandons; };
  const std::vector<int64_t> row_ids = {0, 1, 2, 3, 4, 5};
  const at::Tensor logits = model->Forward(
      TinyImages(kRows).to(at::kFloat),
      {.training = true, .row_ids = row_ids, .should_abandon = &should_abandon, .recompute = true});
  abandons = true;
  EXPECT_THROW(logits.sum().backward(), StepAbandoned);
}

}  // namespace
}  // namespace pleat
