// Learning-rate schedules: the rate of each step, as a pure function of the step and of the epochs
// seen.
#pragma once

#include <cstdint>
#include <memory>

#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"
#include "proto/training_state.pb.h"

namespace pleat {

// Not thread-safe.
class LrSchedule {
 public:
  virtual ~LrSchedule() = default;
  // The rate of step `step`, counted from 0 over all epochs.
  virtual double LearningRate(int64_t step) const = 0;
  // An epoch ended with these metrics.
  virtual void EndEpoch(const v1::EpochMetrics& /*metrics*/) {}
  // Puts the schedule's memory, if it has one, into `state`; takes it from there.
  virtual void Save(v1::TrainingState& /*state*/) const {}
  virtual void Restore(const v1::TrainingState& /*state*/) {}
};

// The schedule that `spec` describes, over `epochs` of `steps_per_epoch`:
//   constant: base_lr.
//   reduce_on_plateau: Keras's ReduceLROnPlateau; a value counts as progress if it beats the best
//     by more than min_delta; after `patience` epochs without, lr = max(lr factor, min_lr), and
//     `cooldown` epochs are not counted. The mode is the metric's: accuracy up, losses down.
//   cosine: min_lr + (base_lr - min_lr) (1 + cos(pi t)) / 2.
//   linear: base_lr + (min_lr - base_lr) t.
//   step: base_lr factor^floor(epoch / every), as PyTorch's StepLR; warming up, the first steps
//   have
//     (step + 1) / w of it.
//   one_cycle: PyTorch's OneCycleLR with cosine annealing: a half cosine from base_lr / div up to
//     base_lr, reached in step warmup total_steps - 1, and another down to
//     base_lr / (div final_div) in the last step.
// Cosine and linear have base_lr (step + 1) / w in the first w = floor(warmup total_steps) steps;
// behind them t = (step - w) / (total_steps - w).
std::unique_ptr<LrSchedule> MakeLrSchedule(const v1::LrScheduleSpec& spec, double base_lr,
                                           int64_t epochs, int64_t steps_per_epoch);

}  // namespace pleat
