// Training losses on logits.
#pragma once

#include <torch/types.h>

#include <cstdint>

#include "proto/sweep.pb.h"

namespace pleat {

// The sum of the loss over the rows of `logits` [rows, classes] with `labels` (int64 [rows]),
// divided by `global_batch`: summed over the ranks of a group it is the mean over the global batch,
// and so are its gradients. A differentiable scalar of the logits' type. Forms, with p =
// softmax(logits):
//   cross_entropy: -sum_k q_k log p_k, q = (1 - s) onehot(y) + s / classes, s = label_smoothing
//   symmetric_cross_entropy (Wang et al. 2019, the clipping as in Keras):
//     -alpha sum_k y_k log clip(p_k, 1e-7, 1) - beta sum_k p_k log clip(y_k, 1e-7, 1)
//   focal (Lin et al. 2017): -(1 - p_y)^gamma log p_y
//   generalized_cross_entropy (Zhang and Sabuncu 2018): (1 - p_y^q) / q
// Finite for finite logits, however large, and so are the gradients.
at::Tensor Loss(const v1::LossSpec& spec, const at::Tensor& logits, const at::Tensor& labels,
                int64_t global_batch);

// The same losses row by row: [rows].
at::Tensor RowLosses(const v1::LossSpec& spec, const at::Tensor& logits, const at::Tensor& labels);

}  // namespace pleat
