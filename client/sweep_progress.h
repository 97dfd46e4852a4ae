// How far a sweep has got, and how long it may still take. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "client/sweep_view.h"

namespace pleat {

struct SweepProgress {
  uint64_t folds_done = 0;
  uint64_t folds_running = 0;
  uint64_t folds_failed = 0;
  // Of all trials, those not yet suggested too; without the folds of cancelled trials.
  uint64_t folds_total = 0;
  uint64_t trials = 0;
  // Epochs that are left x the mean time of an epoch / folds that run now; nothing before the first
  // epoch has ended, or while no fold runs.
  std::optional<int64_t> training_left_ms;
};

SweepProgress MeasureProgress(const SweepView& view);

// Share of a fold's training that is done, in [0, 1].
double FoldShare(const FoldView& fold, const TrialView& trial);

}  // namespace pleat
