#include "worker/model/layers/batch_moments.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <span>
#include <vector>

#include "worker/model/layers/batch_norm_aten.h"
#include "worker/model/layers/batch_norm_kernels.h"
#include "worker/model/step_abandonment.h"

namespace pleat {
namespace {

constexpr int64_t kBlockElements = 16384;
constexpr int64_t kMinBlockRows = 64;

// Moments of consecutive parts, flat: (count, means…, m2s…) each. Merged in order (Chan, Golub and
// LeVeque 1979).
BatchMoments Merge(std::span<const double> parts, int64_t channels) {
  BatchMoments total{.count = 0,
                     .mean = at::zeros({channels}, at::kDouble),
                     .m2 = at::zeros({channels}, at::kDouble)};
  double* mean = total.mean.mutable_data_ptr<double>();
  double* m2 = total.m2.mutable_data_ptr<double>();
  const size_t stride = 1 + 2 * channels;
  for (size_t start = 0; start < parts.size(); start += stride) {
    const double count = parts[start];
    if (count == 0) continue;
    const double* part_mean = &parts[start + 1];
    const double* part_m2 = part_mean + channels;
    const double share = count / (static_cast<double>(total.count) + count);
    for (int64_t c = 0; c < channels; ++c) {
      const double delta = part_mean[c] - mean[c];
      mean[c] += delta * share;
      m2[c] += part_m2[c] + delta * delta * share * static_cast<double>(total.count);
    }
    total.count += static_cast<int64_t>(count);
  }
  return total;
}

BatchMoments LocalMoments(const at::Tensor& x, int64_t channels) {
  const int64_t rows = x.numel() / channels;
  const int64_t block_rows = RowsPerBlock(channels);
  const int64_t blocks = (rows + block_rows - 1) / block_rows;
  const int64_t stride = 1 + 2 * channels;
  std::vector<double> parts(blocks * stride);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "batch_moments", [&] {
    const scalar_t* values = x.const_data_ptr<scalar_t>();
    at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; ++block) {
        const int64_t first = block * block_rows;
        const int64_t count = std::min(block_rows, rows - first);
        double* part = &parts[block * stride];
        part[0] = static_cast<double>(count);
        BlockMoments(values + first * channels, count, channels, part + 1, part + 1 + channels);
      }
    });
  });
  return Merge(parts, channels);
}

}  // namespace

int64_t RowsPerBlock(int64_t channels) {
  return std::max(kMinBlockRows, kBlockElements / channels);
}

BatchMoments GlobalMoments(const at::Tensor& x, int64_t channels, Communicator* statistics,
                           const std::function<bool()>* should_abandon) {
  const BatchMoments local = x.is_cpu() ? LocalMoments(x, channels) : aten::LocalMoments(x);
  if (statistics == nullptr) return local;
  const double abandon = should_abandon != nullptr && (*should_abandon)() ? 1 : 0;
  const at::Tensor head =
      at::tensor({abandon, static_cast<double>(local.count)}, at::kDouble).to(x.device());
  at::Tensor mine = at::cat({head, local.mean, local.m2});
  at::Tensor all = at::empty({statistics->size() * mine.numel()}, mine.options());
  const absl::Status gathered = statistics->AllGather(
      {.data = mine.mutable_data_ptr(), .count = mine.numel(), .type = Buffer::Type::kFloat64},
      {.data = all.mutable_data_ptr(), .count = all.numel(), .type = Buffer::Type::kFloat64});
  TORCH_CHECK(gathered.ok(), "gathering batch statistics: ", gathered.ToString());
  const at::Tensor ranks = all.view({statistics->size(), -1}).to(at::kCPU);
  if (ranks.select(1, 0).any().item<bool>()) throw StepAbandoned();
  const at::Tensor parts = ranks.narrow(1, 1, mine.numel() - 1).contiguous();
  BatchMoments merged =
      Merge({parts.const_data_ptr<double>(), static_cast<size_t>(parts.numel())}, channels);
  merged.mean = merged.mean.to(x.device());
  merged.m2 = merged.m2.to(x.device());
  return merged;
}

}  // namespace pleat
