// Batch norm, with SiLU behind it or not, in stock tensor operations, for GPUs. They run on any
// device, so the loops of the CPU can be held against them.
#pragma once

#include <torch/types.h>

#include <utility>

#include "worker/model/layers/batch_moments.h"
#include "worker/model/layers/normalization.h"

namespace pleat::aten {

// Of the rows of `x` alone; nothing waits for the device.
BatchMoments LocalMoments(const at::Tensor& x);

// As in normalization.h.
at::Tensor Normalize(const at::Tensor& x, const Norm& norm, AfterNorm after);
std::pair<at::Tensor, at::Tensor> AfterNormBackward(const at::Tensor& dout, const at::Tensor& x,
                                                    const Norm& norm, AfterNorm after);
at::Tensor NormBackward(const at::Tensor& x, const Norm& norm, const at::Tensor& means,
                        const at::Tensor& dy);

}  // namespace pleat::aten
