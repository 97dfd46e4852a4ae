#include "coordinator/core/effects.h"

#include <utility>

#include "coordinator/core/search_history.h"

namespace pleat {
namespace {

v1::DatasetInfo TrainingSet(const Sweep& sweep) {
  for (const v1::DatasetInfo& dataset : sweep.prepared().datasets()) {
    if (dataset.split() == "train") return dataset;
  }
  return {};
}

FoldPrediction PredictionOf(const Sweep& sweep, uint32_t trial, uint32_t fold) {
  const TaskState& task = sweep.tasks.at({TaskKind::kTrainFold, trial, fold});
  return {trial, fold, task.result->train_fold().oof()};
}

void AddFoldsOf(const Sweep& sweep, uint32_t trial, SelectMembers* effect) {
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskState& task = sweep.tasks.at({TaskKind::kTrainFold, trial, fold});
    if (task.phase == TaskPhase::kDone) {
      effect->predictions.push_back(PredictionOf(sweep, trial, fold));
      continue;
    }
    v1::MissingFold& missing = effect->missing.emplace_back();
    missing.set_trial(trial);
    missing.set_fold(fold);
    missing.set_reason(task.message);
  }
}

SelectMembers MakeSelectMembers(const Sweep& sweep) {
  SelectMembers effect{.sweep = sweep.name,
                       .spec = sweep.spec,
                       .train = TrainingSet(sweep),
                       .folds = sweep.folds->folds(),
                       .scores = {},
                       .predictions = {},
                       .of_stopped = {},
                       .missing = {}};
  for (uint32_t trial = 0; trial < sweep.trials.size(); ++trial) {
    if (sweep.trials[trial].stopped.has_value()) {
      // Those that it had finished when it was stopped: others may be there or not.
      for (const uint32_t fold : sweep.trials[trial].stopped->folds()) {
        effect.of_stopped.push_back(PredictionOf(sweep, trial, fold));
      }
    }
    const std::optional<v1::TrialFinished>& finished = sweep.trials[trial].finished;
    if (!finished.has_value()) continue;
    if (finished->folds_size() > 0) effect.scores[trial] = finished->mean();
    AddFoldsOf(sweep, trial, &effect);
  }
  return effect;
}

MemberFiles FilesOf(const Sweep& sweep, const v1::Member& member) {
  const TaskState& trained = sweep.tasks.at({TaskKind::kTrainFold, member.trial(), member.fold()});
  MemberFiles files{.member = member,
                    .config = sweep.trials[member.trial()].config,
                    .weights = trained.result->train_fold().checkpoint().weights(),
                    .oof = trained.result->train_fold().oof(),
                    .classes = trained.result->train_fold().classes(),
                    .validation_results = trained.result->train_fold().validation_results(),
                    .predictions = {}};
  const auto predicted = sweep.tasks.find({TaskKind::kPredict, member.trial(), member.fold()});
  if (predicted != sweep.tasks.end()) files.predictions = predicted->second.result->predict();
  return files;
}

std::vector<std::string> TextsOf(const std::vector<v1::SweepChange>& changes) {
  std::vector<std::string> texts;
  for (const v1::SweepChange& change : changes) texts.push_back(change.what());
  return texts;
}

BuildEnsemble MakeBuildEnsemble(const Sweep& sweep) {
  const auto& datasets = sweep.prepared().datasets();
  BuildEnsemble effect{.sweep = sweep.name,
                       .version = sweep.ensemble_version,
                       .spec = sweep.spec,
                       .spec_sha256 = sweep.spec_sha256,
                       .datasets = {datasets.begin(), datasets.end()},
                       .folds = sweep.folds->folds(),
                       .members = *sweep.members,
                       .execution = *sweep.execution,
                       .changes = TextsOf(sweep.changes),
                       .files = {}};
  // By (trial, fold), whatever the order of selection.
  std::map<std::pair<uint32_t, uint32_t>, const v1::Member*> ordered;
  for (const v1::Member& member : sweep.members->members()) {
    ordered[{member.trial(), member.fold()}] = &member;
  }
  for (const auto& [position, member] : ordered) effect.files.push_back(FilesOf(sweep, *member));
  return effect;
}

}  // namespace

std::optional<EffectKind> PendingEffect(const Sweep& sweep) {
  if (sweep.ended.has_value() || sweep.prepared().datasets_size() == 0) return std::nullopt;
  if (!sweep.folds.has_value() || sweep.awaits_repeats) return EffectKind::kAssignFolds;
  if (MayAddTrial(sweep) && LearnsForNext(sweep)) return EffectKind::kSuggestTrial;
  if (!sweep.AllTrialsEnded()) return std::nullopt;
  if (!sweep.members.has_value()) return EffectKind::kSelectMembers;
  if (sweep.open_predictions > 0 || sweep.ensemble.has_value()) return std::nullopt;
  return EffectKind::kBuildEnsemble;
}

Effect MakeEffect(EffectKind kind, const Sweep& sweep) {
  switch (kind) {
    case EffectKind::kAssignFolds:
      return AssignFolds{.sweep = sweep.name,
                         .source = sweep.source,
                         .spec = sweep.spec,
                         .train = TrainingSet(sweep),
                         .adds_repeats = sweep.awaits_repeats};
    case EffectKind::kSuggestTrial:
      return SuggestTrial{.sweep = sweep.name,
                          .trial = static_cast<uint32_t>(sweep.trials.size()),
                          .search = sweep.search,
                          .past = SearchHistory(sweep)};
    case EffectKind::kSelectMembers:
      return MakeSelectMembers(sweep);
    case EffectKind::kBuildEnsemble:
      return MakeBuildEnsemble(sweep);
    case EffectKind::kRemoveFiles:
      break;
  }
  return RemoveFiles{.sweep = sweep.name};
}

const char* EffectText(EffectKind kind) {
  switch (kind) {
    case EffectKind::kAssignFolds:
      return "cutting the folds";
    case EffectKind::kSuggestTrial:
      return "suggesting a trial";
    case EffectKind::kSelectMembers:
      return "selecting the members";
    case EffectKind::kBuildEnsemble:
      return "building the ensemble";
    case EffectKind::kRemoveFiles:
      break;
  }
  return "removing the files";
}

}  // namespace pleat
