// A network: images in, logits out, its parameters in one flat buffer.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/model/flat_parameters.h"
#include "worker/model/input_normalization.h"

namespace pleat {

// What a forward pass needs to know beside its inputs.
struct ForwardContext {
  bool training = false;
  // For dropout: the key of (seed, trial, fold), the epoch, and the data-set row of each batch row.
  uint64_t key = 0;
  uint32_t epoch = 0;
  std::span<const int64_t> row_ids = {};
  // Channel over which batch norm merges its statistics; null in a group of one.
  Communicator* statistics = nullptr;
  // Asked between layers, forward and backward, whether to drop the pass by throwing StepAbandoned;
  // may be null. Outlives the backward pass.
  const std::function<bool()>* should_abandon = nullptr;
  // In training: keeps few activations for the backward pass, which computes the others again. Less
  // memory for one more forward pass; the same bits.
  bool recompute = false;
};

// Shape of one input, and of the output.
struct ModelShape {
  int64_t channels = 1;
  int64_t height = 28;
  int64_t width = 28;
  int64_t classes = 10;
};

// One thread uses a model at a time. Errors of collectives inside Forward or backward are thrown as
// c10::Error and become Status in FoldTrainer.
class Model {
 public:
  virtual ~Model() = default;
  // inputs [batch, channels, height, width] in channels_last memory, not yet normalised; returns
  // logits [batch, classes]. In training the batch's statistics are kept aside until
  // CommitStatistics.
  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context);
  // Moves batch norm's running statistics by the last forward pass; part of finishing a step.
  virtual void CommitStatistics() = 0;

  FlatParameters& parameters() { return parameters_; }
  const FlatParameters& parameters() const { return parameters_; }

  // Lets Forward begin with a normalisation of each of `channels`. Before `parameters()` are
  // allocated.
  void AddInputNormalization(int64_t channels);
  // Null if there is none.
  InputNormalization* input_normalization() {
    return normalization_.has_value() ? &*normalization_ : nullptr;
  }

 protected:
  // Forward on normalised inputs.
  virtual at::Tensor Compute(const at::Tensor& inputs, const ForwardContext& context) = 0;

  FlatParameters parameters_;

 private:
  std::optional<InputNormalization> normalization_;
};

// Builds the network that `spec` describes, with initial weights drawn from `key`; weights do not
// depend on dtype beyond rounding, nor on the device. With `normalization: standard` it has an
// input_normalization(), to be set by whoever knows the data or by loading weights. On a GPU, torch
// is set to full float32 precision and reproducible algorithms. INVALID_ARGUMENT if it cannot work
// on this shape.
absl::StatusOr<std::unique_ptr<Model>> MakeModel(const v1::ModelSpec& spec, const ModelShape& shape,
                                                 uint64_t key, at::ScalarType dtype,
                                                 at::Device device,
                                                 const v1::NormalizationSpec& normalization = {});

}  // namespace pleat
