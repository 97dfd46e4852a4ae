#include "worker/train/fold_result.h"

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"
#include "common/store/npy.h"
#include "common/store/store_layout.h"
#include "worker/train/training_state.h"

namespace pleat {

absl::StatusOr<std::vector<float>> PredictOutOfFold(const FoldJob& job,
                                                    const std::string& best_weights,
                                                    FoldParts& parts, const KeepGoing& keep_going) {
  if (BestEpochCounts(job.task.config().training())) {
    PLEAT_RETURN_IF_ERROR(parts.model->parameters().FromSafetensors(best_weights));
    return parts.validator->Logits(*parts.model, keep_going);
  }
  return WithCountingWeights(parts,
                             [&] { return parts.validator->Logits(*parts.model, keep_going); });
}

absl::StatusOr<v1::TrainFoldResult> PublishFold(const FoldJob& job, const v1::TrainingState& state,
                                                const v1::Checkpoint& last,
                                                std::span<const float> oof,
                                                std::span<const int64_t> labels, Store& store) {
  const v1::TrainingSpec& training = job.task.config().training();
  v1::TrainFoldResult result;
  const uint64_t shape[] = {oof.size() / job.classes, job.classes};
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.fold.before_predictions"));
  PLEAT_ASSIGN_OR_RETURN(*result.mutable_oof(), store.Write(absl::StrCat(job.folder, "/oof.npy"),
                                                            EncodeNpy<float>(shape, oof)));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.fold.after_predictions"));
  PLEAT_ASSIGN_OR_RETURN(*result.mutable_epochs(),
                         store.Write(absl::StrCat(job.folder, "/epochs.csv"), EpochsCsv(state)));
  PLEAT_ASSIGN_OR_RETURN(*result.mutable_classes(),
                         store.Write(absl::StrCat(job.folder, "/classes.csv"), ClassesCsv(state)));
  const std::vector<double> shares =
      RoundedAccuracyByClass(SoftmaxRows(oof, job.classes), labels, job.classes);
  PLEAT_ASSIGN_OR_RETURN(
      *result.mutable_validation_results(),
      store.Write(absl::StrCat(job.folder, "/", layout::ValidationResultsName(job.task.fold())),
                  ValidationResultsCsv(shares)));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.fold.complete"));
  *result.mutable_checkpoint() = BestEpochCounts(training) ? state.best() : last;
  if (state.has_transfer()) *result.mutable_transfer() = state.transfer();
  *result.mutable_metrics() =
      state.history(CountingEpoch(state, training, CheckpointMetric(training, job.task.metric())));
  return result;
}

}  // namespace pleat
