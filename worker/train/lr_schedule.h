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

// The schedule that `spec` describes:
//   constant: base_lr.
//   reduce_on_plateau: Keras's ReduceLROnPlateau; a value counts as progress if it beats the best
//   by
//     more than min_delta; after `patience` epochs without, lr = max(lr factor, min_lr), and
//     `cooldown` epochs are not counted. The mode is the metric's: accuracy up, losses down.
//   cosine: base_lr (step + 1) / w in the first w = floor(warmup total_steps) steps, then
//     min_lr + (base_lr - min_lr) (1 + cos(pi t)) / 2, t = (step - w) / (total_steps - w).
std::unique_ptr<LrSchedule> MakeLrSchedule(const v1::LrScheduleSpec& spec, double base_lr,
                                           int64_t total_steps);

}  // namespace pleat
