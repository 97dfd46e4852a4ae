// Training passes that keep few activations; Chen et al. 2016, "Training deep nets with sublinear
// memory cost".
#pragma once

#include "worker/model/layers/sequence.h"

namespace pleat {

// As ForwardThrough in training, in about √n pieces of n layers. Of a piece only what goes in is
// kept; its backward pass runs it forward again, with the same bits: dropout is drawn by position,
// and batch norm's exchange between ranks gives what it gave before. `layers`, and what the context
// points to, outlive the backward pass.
at::Tensor ForwardRecomputed(Layers layers, const at::Tensor& inputs,
                             const ForwardContext& context);

}  // namespace pleat
