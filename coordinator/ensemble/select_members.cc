#include "coordinator/ensemble/select_members.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/config/draw_views.h"
#include "common/folds/folds_file.h"
#include "common/metrics/metrics.h"
#include "coordinator/ensemble/prediction_files.h"
#include "coordinator/ensemble/selection.h"

namespace pleat {
namespace {

using FoldsOfTrial = std::map<uint32_t, std::vector<const FoldPrediction*>>;

FoldsOfTrial GroupByTrial(const SelectMembers& effect) {
  FoldsOfTrial folds;
  for (const FoldPrediction& prediction : effect.predictions) {
    if (effect.scores.contains(prediction.trial)) folds[prediction.trial].push_back(&prediction);
  }
  // Beside whole trials what others came to has no score; out of fold it may help all the same.
  if (!effect.spec.ensemble().select().has_greedy()) return folds;
  for (const FoldPrediction& prediction : effect.of_stopped) {
    folds[prediction.trial].push_back(&prediction);
  }
  return folds;
}

// The mean over a trial's folds of their predictions, as a matrix over the training rows.
absl::StatusOr<TrialOutOfFold> ReadTrial(uint32_t trial,
                                         const std::vector<const FoldPrediction*>& folds,
                                         const std::vector<std::vector<int64_t>>& rows_of_fold,
                                         const v1::DatasetInfo& train, Blend blend,
                                         const Store& store) {
  const auto classes = static_cast<int64_t>(train.classes());
  Blender mean(blend, static_cast<int64_t>(train.rows()), classes);
  for (const FoldPrediction* fold : folds) {
    if (fold->fold >= rows_of_fold.size()) {
      return absl::InternalError(absl::StrCat("trial ", trial, " has no fold ", fold->fold));
    }
    const std::vector<int64_t>& rows = rows_of_fold[fold->fold];
    PLEAT_ASSIGN_OR_RETURN(
        std::vector<float> values,
        ReadPredictions(store, fold->oof, static_cast<int64_t>(rows.size()), classes));
    if (blend == Blend::kMeanProbability) values = SoftmaxRows(values, classes);
    mean.AddRows(rows, values, 1);
  }
  TrialOutOfFold out{trial, mean.Means(), std::vector<bool>(train.rows())};
  for (const int64_t row : mean.PredictedRows()) out.has_row[row] = true;
  return out;
}

absl::StatusOr<Selection> Greedy(const SelectMembers& effect, const FoldsOfTrial& folds,
                                 const Store& store) {
  const v1::EnsembleSpec& spec = effect.spec.ensemble();
  const Blend blend = ParseBlend(spec.blend());
  const auto rows = static_cast<int64_t>(effect.train.rows());
  PLEAT_ASSIGN_OR_RETURN(const std::vector<int64_t> labels,
                         ReadRowNumbers(store, effect.train.labels(), rows));
  PLEAT_ASSIGN_OR_RETURN(const FoldAssignment assignment,
                         ReadFolds(store, effect.folds, effect.train.rows()));
  const std::vector<std::vector<int64_t>> rows_of_fold = assignment.RowsOfFolds();
  std::vector<TrialOutOfFold> trials;
  for (const auto& [trial, predictions] : folds) {
    PLEAT_ASSIGN_OR_RETURN(trials.emplace_back(),
                           ReadTrial(trial, predictions, rows_of_fold, effect.train, blend, store));
  }
  return SelectGreedy(trials, labels, effect.train.classes(), blend,
                      spec.select().greedy().rounds());
}

absl::StatusOr<Selection> Select(const SelectMembers& effect, const FoldsOfTrial& folds,
                                 const Store& store) {
  const v1::SelectSpec& select = effect.spec.ensemble().select();
  if (select.has_greedy()) return Greedy(effect, folds, store);
  std::vector<TrialScore> scores;
  for (const auto& [trial, predictions] : folds) {
    scores.push_back({trial, effect.scores.at(trial)});
  }
  if (select.has_all()) return SelectAll(scores);
  return SelectBest(scores, select.best().trials(),
                    MetricIsMaximized(effect.spec.search().metric()));
}

}  // namespace

absl::StatusOr<v1::MembersSelected> RunSelectMembers(const SelectMembers& effect,
                                                     const Store& store) {
  const FoldsOfTrial folds = GroupByTrial(effect);
  if (folds.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("sweep ", effect.sweep, " has no finished fold to make an ensemble of"));
  }
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.select_members.begin"));
  PLEAT_ASSIGN_OR_RETURN(const Selection selection, Select(effect, folds, store));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.select_members.end"));

  v1::MembersSelected selected;
  selected.set_reason(selection.reason);
  std::set<uint32_t> chosen;
  for (const TrialWeight& trial : selection.trials) {
    chosen.insert(trial.trial);
    const std::vector<const FoldPrediction*>& finished = folds.at(trial.trial);
    for (const FoldPrediction* fold : finished) {
      v1::Member& member = *selected.add_members();
      member.set_trial(trial.trial);
      member.set_fold(fold->fold);
      member.set_weight(trial.weight / static_cast<double>(finished.size()));
    }
  }
  for (const v1::MissingFold& missing : effect.missing) {
    // A trial without any fold could not be chosen, so nobody knows that the ensemble is as good
    // without it.
    const bool is_lost_trial = !folds.contains(missing.trial());
    if (is_lost_trial || chosen.contains(missing.trial())) *selected.add_missing() = missing;
  }
  for (v1::View& view : DrawViews(effect.spec.ensemble())) *selected.add_views() = std::move(view);
  return selected;
}

}  // namespace pleat
