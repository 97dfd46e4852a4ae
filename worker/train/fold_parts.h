// What one rank trains a fold with.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "worker/distributed/communicator.h"
#include "worker/distributed/gradient_reducer.h"
#include "worker/model/model.h"
#include "worker/train/batch_loader.h"
#include "worker/train/batch_plan.h"
#include "worker/train/checkpointer.h"
#include "worker/train/fold_trainer.h"
#include "worker/train/lr_schedule.h"
#include "worker/train/optimizer.h"
#include "worker/train/validator.h"
#include "worker/train/weight_average.h"

namespace pleat {

// All parts at the start of training.
struct FoldParts {
  // The key of every random draw: of (training.seed, trial, fold).
  uint64_t key = 0;
  bool recomputes = false;  // activations, for the backward pass
  std::unique_ptr<BatchPlan> plan;
  std::unique_ptr<BatchLoader> loader;
  std::unique_ptr<Validator> validator;
  std::unique_ptr<Model> model;
  at::Tensor class_weights;  // [classes], of the model's type; undefined if all are alike
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<WeightAverage> average;  // null without training.ema
  std::unique_ptr<LrSchedule> schedule;
  std::unique_ptr<GradientReducer> reducer;  // null in a group of one; before the model in death
};

// What checkpoints keep of the parts.
inline TrainedState TrainedStateOf(FoldParts& parts) {
  return {parts.model->parameters(), *parts.optimizer, parts.average.get()};
}

// The result of `body`, run while the model has the weights that count: the average, if there is
// one. If it throws, the parts are of no more use.
template <typename Body>
auto WithCountingWeights(FoldParts& parts, const Body& body) {
  if (parts.average != nullptr) parts.average->Exchange(parts.model->parameters());
  auto result = body();
  if (parts.average != nullptr) parts.average->Exchange(parts.model->parameters());
  return result;
}

// Makes the parts that `job` describes, on its device. `job` and `group` outlive them.
// INVALID_ARGUMENT if the job cannot be trained: says what does not fit; RESOURCE_EXHAUSTED:
// memory. No exchange: ranks can still agree on what came of it.
absl::StatusOr<FoldParts> MakeFoldParts(const FoldJob& job, Group& group);

}  // namespace pleat
