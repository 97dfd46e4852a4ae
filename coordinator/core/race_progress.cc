// Trials that race: what groups are told after an epoch, and how trials end.
#include "absl/strings/str_cat.h"
#include "coordinator/core/core_impl.h"

namespace pleat {
namespace {

std::string StopText(uint32_t trial, const std::string& reason) {
  return absl::StrCat("trial ", trial, " was stopped: ", reason);
}

}  // namespace

v1::Directive CoordinatorCore::Impl::Direct(const Sweep& sweep, const TaskKey& key,
                                            const v1::EpochMetrics& metrics) {
  v1::Directive directive;
  SweepRace* race = races.Find(sweep.name);
  if (race == nullptr || key.kind != TaskKind::kTrainFold) return directive;
  EpochScores scores = sweep.tasks.at(key).scores;
  scores.Add(metrics, sweep.trials[key.trial].config.training(), sweep.spec.search().metric());
  race->TakeScores(key, scores);
  if (const std::string reason = race->WhyStopped(key.trial); !reason.empty()) {
    directive.set_stop(true);
    directive.set_reason(StopText(key.trial, reason));
  } else if (metrics.epoch() < race->epochs() && !race->MayTrain(key)) {
    directive.set_pause(true);
    directive.set_reason(absl::StrCat(
        "it is ", sweep.spec.search().pruning().fold_racing().most_ahead(),
        " epochs ahead of the race (search.pruning.fold_racing.most_ahead), or others come first"));
  }
  return directive;
}

void CoordinatorCore::Impl::ConcludeRace(const Sweep& sweep) {
  SweepRace* race = races.Find(sweep.name);
  if (race == nullptr) return;
  for (const RaceEnd& end : race->TakeEnds()) {
    if (end.is_stopped) {
      StopTrial(sweep, end);
    } else {
      FinishTrial(sweep, end.trial, end.round);
    }
  }
}

void CoordinatorCore::Impl::StopTrial(const Sweep& sweep, const RaceEnd& end) {
  EndFoldsOf(sweep, end.trial, StopText(end.trial, end.reason));
  v1::JournalRecord record = RecordFor(sweep);
  v1::TrialStopped* update = record.mutable_trial_stopped();
  update->set_trial(end.trial);
  update->set_reason(end.reason);
  update->set_round(end.round);
  update->mutable_folds()->Assign(end.folds.begin(), end.folds.end());
  Emit(std::move(record));
}

}  // namespace pleat
