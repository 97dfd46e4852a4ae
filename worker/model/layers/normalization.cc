#include "worker/model/layers/normalization.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>

#include "worker/model/layers/batch_moments.h"
#include "worker/model/layers/batch_norm_aten.h"

namespace pleat {
namespace {

constexpr double kEpsilon = 1e-3;

template <typename T>
NormCoefficients<T> Coefficients(const Norm& norm) {
  return {.scale = norm.scale.const_data_ptr<T>(),
          .shift = norm.shift.const_data_ptr<T>(),
          .mean = norm.mean.const_data_ptr<T>(),
          .inverse_deviation = norm.inverse_deviation.const_data_ptr<T>()};
}

// Calls body(block, first element, rows) for all blocks of [rows, channels] memory, in parallel.
template <typename Body>
void ForEachBlock(int64_t rows, int64_t channels, const Body& body) {
  const int64_t block_rows = RowsPerBlock(channels);
  const int64_t blocks = (rows + block_rows - 1) / block_rows;
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first = block * block_rows;
      body(block, first * channels, std::min(block_rows, rows - first));
    }
  });
}

}  // namespace

Norm::Norm(const at::Tensor& batch_mean, const at::Tensor& batch_var, const at::Tensor& weight,
           const at::Tensor& bias) {
  const at::Tensor inverse = (batch_var.to(at::kDouble) + kEpsilon).rsqrt();
  const at::Tensor slope = weight.detach() * inverse;
  scale = slope.to(weight.scalar_type());
  shift = (bias.detach() - batch_mean * slope).to(weight.scalar_type());
  mean = batch_mean.to(weight.scalar_type());
  inverse_deviation = inverse.to(weight.scalar_type());
}

Norm::Norm(const std::vector<at::Tensor>& tensors)
    : scale(tensors[0]), shift(tensors[1]), mean(tensors[2]), inverse_deviation(tensors[3]) {}

at::Tensor Normalize(const at::Tensor& x, const Norm& norm, AfterNorm after) {
  if (!x.is_cpu()) return aten::Normalize(x, norm, after);
  const int64_t channels = x.size(1);
  at::Tensor out = at::empty_like(x);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "normalize", [&] {
    const scalar_t* in = x.const_data_ptr<scalar_t>();
    const NormCoefficients<scalar_t> c = Coefficients<scalar_t>(norm);
    scalar_t* result = out.mutable_data_ptr<scalar_t>();
    ForEachBlock(x.numel() / channels, channels, [&](int64_t, int64_t first, int64_t rows) {
      BlockNormalize(in + first, rows, channels, after, c.scale, c.shift, result + first);
    });
  });
  return out;
}

std::pair<at::Tensor, at::Tensor> AfterNormBackward(const at::Tensor& dout, const at::Tensor& x,
                                                    const Norm& norm, AfterNorm after) {
  if (!x.is_cpu()) return aten::AfterNormBackward(dout, x, norm, after);
  const int64_t channels = x.size(1);
  const int64_t rows = x.numel() / channels;
  const int64_t blocks = (rows + RowsPerBlock(channels) - 1) / RowsPerBlock(channels);
  at::Tensor dy = at::empty_like(x);
  std::vector<double> parts(blocks * 2 * channels);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "after_norm_backward", [&] {
    const scalar_t* in = x.const_data_ptr<scalar_t>();
    const scalar_t* gradient = dout.const_data_ptr<scalar_t>();
    const NormCoefficients<scalar_t> c = Coefficients<scalar_t>(norm);
    scalar_t* result = dy.mutable_data_ptr<scalar_t>();
    ForEachBlock(rows, channels, [&](int64_t block, int64_t first, int64_t block_rows) {
      double* part = &parts[block * 2 * channels];
      BlockAfterNormBackward(gradient + first, in + first, block_rows, channels, after, c,
                             result + first, part, part + channels);
    });
  });
  // Blocks are summed in order, whoever computed them.
  at::Tensor sums = at::zeros({2, channels}, at::kDouble);
  double* total = sums.mutable_data_ptr<double>();
  for (int64_t i = 0; i < static_cast<int64_t>(parts.size()); ++i) {
    total[i % (2 * channels)] += parts[i];
  }
  return {dy, sums};
}

at::Tensor NormBackward(const at::Tensor& x, const Norm& norm, const at::Tensor& means,
                        at::Tensor dy) {
  if (!x.is_cpu()) return aten::NormBackward(x, norm, means, dy);
  const int64_t channels = x.size(1);
  const at::Tensor typed_means = means.to(x.scalar_type());
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "norm_backward", [&] {
    const scalar_t* in = x.const_data_ptr<scalar_t>();
    const scalar_t* mean_dy = typed_means.const_data_ptr<scalar_t>();
    const NormCoefficients<scalar_t> c = Coefficients<scalar_t>(norm);
    scalar_t* result = dy.mutable_data_ptr<scalar_t>();
    ForEachBlock(x.numel() / channels, channels, [&](int64_t, int64_t first, int64_t rows) {
      BlockNormBackward(in + first, rows, channels, c, mean_dy, mean_dy + channels, result + first);
    });
  });
  return dy;
}

}  // namespace pleat
