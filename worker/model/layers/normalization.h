// The arithmetic of batch norm by given moments, and of SiLU behind it, forward and backward; no
// autograd.
#pragma once

#include <torch/types.h>

#include <utility>
#include <vector>

#include "worker/model/layers/batch_norm_kernels.h"

namespace pleat {

// Numbers of one normalisation, [channels] each, in the activations' type and on their device:
// y = x · scale + shift and xhat = (x - mean) · inverse_deviation.
struct Norm {
  at::Tensor scale, shift, mean, inverse_deviation;

  // inverse_deviation = 1 / sqrt(batch_var + 1e-3), computed in double.
  Norm(const at::Tensor& batch_mean, const at::Tensor& batch_var, const at::Tensor& weight,
       const at::Tensor& bias);
  // From Tensors().
  explicit Norm(const std::vector<at::Tensor>& tensors);
  std::vector<at::Tensor> Tensors() const { return {scale, shift, mean, inverse_deviation}; }
};

// Activations are [n, channels], or [n, channels, h, w] in channels_last memory. On the CPU they
// pass through the loops of batch_norm_kernels.h, on other devices through the operations of
// batch_norm_aten.h.

// after(y).
at::Tensor Normalize(const at::Tensor& x, const Norm& norm, AfterNorm after);

// From the output's gradient `dout`: dy = dout · after'(y), and [2, channels] in double: Σ dy and
// Σ dy · xhat over these rows. On the CPU the sums do not depend on the number of threads.
std::pair<at::Tensor, at::Tensor> AfterNormBackward(const at::Tensor& dout, const at::Tensor& x,
                                                    const Norm& norm, AfterNorm after);

// dx = scale · (dy - means[0] - xhat · means[1]), given the means over the global batch,
// [2, channels] in double. May use the memory of `dy` for its result.
at::Tensor NormBackward(const at::Tensor& x, const Norm& norm, const at::Tensor& means,
                        at::Tensor dy);

}  // namespace pleat
