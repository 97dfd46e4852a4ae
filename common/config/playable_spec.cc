#include "common/config/playable_spec.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_parameter.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

constexpr char kStartFrom[] = "training.start_from";

// INVALID_ARGUMENT: a field of `training.start_from` is searched.
absl::Status CheckSearchesNoStart(const v1::SweepSpec& spec) {
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    for (const std::string& path : PathsOf(parameter)) {
      if (!absl::StartsWith(path, kStartFrom)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("search.parameters names ", path,
                       ": which weights there are is known to the coordinator that has the earlier "
                       "sweep, so the search cannot be played; plan it without that parameter"));
    }
  }
  return absl::OkStatus();
}

void LeaveOutPast(PlayableSpec& playable) {
  v1::SweepSpec& spec = playable.spec;
  if (spec.search().warm_start_size() > 0) {
    spec.mutable_search()->clear_warm_start();
    playable.notes.push_back("search.warm_start is left out: the search begins from nothing");
  }
  v1::TrainingSpec* training = spec.mutable_training();
  if (!training->has_start_from()) return;
  // Finished weights are validated once, which counts as an epoch.
  training->set_epochs(EpochCount(*training));
  training->set_train(true);
  training->clear_start_from();
  playable.notes.push_back("training.start_from is left out: folds begin with random weights");
}

void LeaveOutBudgets(bool knows_times, PlayableSpec& playable) {
  v1::SearchSpec* search = playable.spec.mutable_search();
  if (search->budget().has_target_score()) {
    search->mutable_budget()->clear_target_score();
    playable.notes.push_back(
        "search.budget.target_score is left out: synthetic scores do not tell when it is reached");
  }
  if (!knows_times && HasTimeBudget(*search)) {
    search->mutable_budget()->clear_gpu_hours();
    search->mutable_budget()->clear_wall_time();
    playable.notes.push_back("the times of search.budget are left out, because none are known");
  }
  // An empty one would be refused.
  if (search->budget().ByteSizeLong() == 0) search->clear_budget();
}

}  // namespace

absl::StatusOr<PlayableSpec> MakePlayable(const v1::SweepSpec& spec, bool knows_times) {
  if (IsExternalSearch(spec.search())) {
    return absl::InvalidArgumentError(
        "search.method is external: its trials come from outside, so there is no search to play; "
        "name one that Pleat has, for example with --set search.method=random");
  }
  if (absl::Status status = CheckSearchesNoStart(spec); !status.ok()) return status;
  PlayableSpec playable{.spec = spec, .notes = {}};
  LeaveOutPast(playable);
  LeaveOutBudgets(knows_times, playable);
  // Groups of any size may train it: how many ranks they have is said beside it.
  playable.spec.mutable_resources()->set_group_size(0);
  if (spec.training().has_early_stopping()) {
    playable.notes.push_back(
        "training.early_stopping is left out: folds that are not stopped go to their last epoch");
  }
  return playable;
}

}  // namespace pleat
