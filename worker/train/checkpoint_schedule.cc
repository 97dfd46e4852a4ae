#include "worker/train/checkpoint_schedule.h"

#include <cmath>

namespace pleat {
namespace {

// Not among the configuration's defaults, which are part of a sweep's identity.
constexpr int64_t kDefaultTimeMs = 60'000;

}  // namespace

CheckpointSchedule::CheckpointSchedule(const v1::TrainingSpec& training)
    : epochs_(training.checkpoint_epochs()),
      steps_(training.checkpoint_steps()),
      time_ms_(training.has_checkpoint_seconds()
                   ? static_cast<int64_t>(std::ceil(training.checkpoint_seconds() * 1000))
                   : kDefaultTimeMs) {}

bool CheckpointSchedule::IsDue(const Point& now) const {
  return now.epoch / epochs_ > last_.epoch / epochs_ ||
         (steps_ > 0 && now.global_step / steps_ > last_.global_step / steps_) ||
         (time_ms_ > 0 && now.time_ms - last_.time_ms >= time_ms_);
}

}  // namespace pleat
