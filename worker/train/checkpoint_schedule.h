// When a checkpoint is due.
#pragma once

#include <cstdint>

#include "proto/sweep.pb.h"

namespace pleat {

// A pure function of `training.checkpoint_{epochs,steps,seconds}`, the last checkpoint and now. One
// that cannot be written when it is due stays due.
class CheckpointSchedule {
 public:
  // Finished epochs and steps, and a steady clock in milliseconds.
  struct Point {
    uint32_t epoch = 0;
    uint64_t global_step = 0;
    int64_t time_ms = 0;
  };

  // `training` has all defaults filled in.
  explicit CheckpointSchedule(const v1::TrainingSpec& training);

  // The state at `point` is on its way to the store, or came from there.
  void Saved(const Point& point) { last_ = point; }
  // Whether a multiple of the epochs or steps, or the seconds, have passed since.
  bool IsDue(const Point& now) const;

 private:
  const uint32_t epochs_;
  const uint32_t steps_;   // 0: never for that
  const int64_t time_ms_;  // 0: never for that
  Point last_;
};

}  // namespace pleat
