#include "client/sweep_progress.h"

#include <algorithm>

#include "common/config/trial_config.h"

namespace pleat {

double FoldShare(const FoldView& fold, const TrialView& trial) {
  if (trial.epochs == 0) return 0;
  const v1::Progress& progress = fold.progress;
  // Pieces of validation count on past the steps.
  const double steps = progress.steps() == 0
                           ? 0.0
                           : std::min(1.0, static_cast<double>(progress.step()) /
                                               static_cast<double>(progress.steps()));
  return std::clamp((progress.epoch() + steps) / trial.epochs, 0.0, 1.0);
}

SweepProgress MeasureProgress(const SweepView& view) {
  SweepProgress progress;
  if (view.fold_count() == 0) return progress;
  double epochs_left = 0;
  double seconds = 0;
  uint64_t timed = 0;
  for (const auto& [number, trial] : view.trials()) {
    for (const FoldView& fold : trial.folds) {
      progress.folds_done += fold.state == v1::FOLD_STATE_DONE;
      progress.folds_running += fold.state == v1::FOLD_STATE_RUNNING;
      progress.folds_failed += fold.state == v1::FOLD_STATE_FAILED;
      progress.folds_total += fold.state != v1::FOLD_STATE_CANCELLED;
      if (fold.state == v1::FOLD_STATE_WAITING || fold.state == v1::FOLD_STATE_RUNNING) {
        epochs_left += trial.epochs * (1 - FoldShare(fold, trial));
      }
      if (!fold.last_epoch) continue;
      seconds += fold.last_epoch->seconds();
      ++timed;
    }
  }
  const uint64_t known = view.trials().size();
  progress.trials = std::max<uint64_t>(view.trial_count(), known);
  const uint64_t unknown_folds = (progress.trials - known) * view.fold_count();
  progress.folds_total += unknown_folds;
  epochs_left += static_cast<double>(unknown_folds) * EpochCount(view.spec().training());
  if (timed > 0 && progress.folds_running > 0) {
    progress.training_left_ms =
        static_cast<int64_t>(1000 * epochs_left * (seconds / static_cast<double>(timed)) /
                             static_cast<double>(progress.folds_running));
  }
  return progress;
}

}  // namespace pleat
