#include "worker/train/canary.h"

#include <torch/types.h>
#include <torch/version.h>

#include <memory>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"
#include "worker/distributed/torch_device.h"
#include "worker/model/model.h"
#include "worker/model/torch_status.h"
#include "worker/train/losses.h"
#include "worker/train/optimizer.h"
#include "worker/train/source_digest.h"
#include "worker/train/threads.h"

namespace pleat {
namespace {

constexpr uint64_t kKey = 0x706c656174;
constexpr int64_t kRows = 32;
constexpr int64_t kSize = 28;
constexpr int64_t kClasses = 10;
constexpr int kSteps = 3;
constexpr size_t kDigits = 16;

v1::ModelSpec SmallSeCnn() {
  v1::ModelSpec spec;
  v1::SeCnnSpec& cnn = *spec.mutable_se_cnn();
  cnn.set_width(8);
  cnn.set_depth(1);
  cnn.set_se_ratio(2);
  cnn.set_dropout(0.2);
  cnn.add_dense(32);
  return spec;
}

v1::OptimizerSpec CanaryOptimizer() {
  v1::OptimizerSpec spec;
  v1::AdamSpec& adam = *spec.mutable_adam_w();
  adam.set_lr(1e-3);
  adam.set_beta1(0.9);
  adam.set_beta2(0.999);
  adam.set_epsilon(1e-8);
  adam.set_weight_decay(0.01);
  return spec;
}

at::Tensor NoiseImages() {
  at::Tensor images = at::empty({kRows, kSize, kSize, 1}, at::kFloat);
  RandomStream random(kKey, RandomPurpose::kSyntheticSample);
  float* pixel = images.mutable_data_ptr<float>();
  for (int64_t i = 0; i < images.numel(); ++i) pixel[i] = static_cast<float>(random.NextDouble());
  return images.permute({0, 3, 1, 2});
}

// The weights after training, as bytes of a file.
absl::StatusOr<std::string> TrainCanary(at::Device device) {
  PLEAT_ASSIGN_OR_RETURN(
      const std::unique_ptr<Model> model,
      MakeModel(SmallSeCnn(), {1, kSize, kSize, kClasses}, kKey, at::kFloat, device));
  FlatParameters& parameters = model->parameters();
  const std::unique_ptr<Optimizer> optimizer =
      MakeOptimizer(CanaryOptimizer(), parameters.values());
  const at::Tensor images = NoiseImages().to(device);
  const at::Tensor labels = at::arange(kRows, at::kLong).remainder(kClasses).to(device);
  std::vector<int64_t> row_ids(kRows);
  std::iota(row_ids.begin(), row_ids.end(), 0);
  v1::LossSpec loss;
  loss.mutable_cross_entropy();
  for (int step = 1; step <= kSteps; ++step) {
    parameters.gradient().zero_();
    const at::Tensor logits =
        model->Forward(images, {.training = true, .key = kKey, .row_ids = row_ids});
    Loss(loss, logits, labels, kRows).backward();
    optimizer->Step(parameters.values(), parameters.gradient(), 1e-3, step);
    model->CommitStatistics();
  }
  return parameters.ToSafetensors();
}

}  // namespace

absl::StatusOr<std::string> ExecutionFingerprint(int group_size, const ComputeDevice& device) {
  SetThreads(1);
  try {
    PLEAT_ASSIGN_OR_RETURN(const std::string weights, TrainCanary(TorchDevice(device)));
    Sha256 digest;
    digest.Update(
        absl::StrCat(kSourceDigest, " ", TORCH_VERSION, " ", group_size, " ", device.name, " "));
    digest.Update(weights);
    return digest.FinishHex().substr(0, kDigits);
  } catch (...) {
    return TorchStatus("training the canary");
  }
}

}  // namespace pleat
