#include "worker/train/gradient_clipping.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "worker/train/optimizer_kernels.h"

namespace pleat {
namespace {

constexpr int64_t kPiece = 1 << 15;  // elements

}  // namespace

double GradientNorm(const at::Tensor& gradient) {
  if (!gradient.is_cpu()) {
    return at::linalg_vector_norm(gradient, 2, at::OptionalIntArrayRef(), /*keepdim=*/false,
                                  at::kDouble)
        .item<double>();
  }
  const int64_t n = gradient.numel();
  std::vector<double> sums((n + kPiece - 1) / kPiece);
  AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "gradient norm", [&] {
    const scalar_t* values = gradient.const_data_ptr<scalar_t>();
    at::parallel_for(0, std::ssize(sums), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        sums[i] = SquaredSum(std::min(kPiece, n - i * kPiece), values + i * kPiece);
      }
    });
  });
  return std::sqrt(std::accumulate(sums.begin(), sums.end(), 0.0));
}

void ClipGradientNorm(at::Tensor& gradient, double limit) {
  const double norm = GradientNorm(gradient);
  if (norm > limit) gradient.mul_(limit / norm);
}

}  // namespace pleat
