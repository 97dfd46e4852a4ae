// Trials that race: what groups are told after an epoch, and how trials end.
#include "absl/strings/str_cat.h"
#include "coordinator/core/core_impl.h"

namespace pleat {
namespace {

std::string StopText(uint32_t trial, const std::string& reason) {
  return absl::StrCat("trial ", trial, " was stopped: ", reason);
}

std::string WhyItPauses(const Sweep& sweep) {
  if (!RacesInLogicalOrder(sweep)) return "its trial waits, or other folds of it come first";
  return absl::StrCat("its trial is paused, or it is ", sweep.spec.search().pruning().most_ahead(),
                      " epochs ahead of the race (search.pruning.most_ahead)");
}

v1::JournalRecord RecordOfPause(const Sweep& sweep, const RaceEvent& event) {
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_trial_paused()->set_trial(event.trial);
  record.mutable_trial_paused()->set_reason(event.reason);
  record.mutable_trial_paused()->set_round(event.round);
  record.mutable_trial_paused()->set_epochs(event.epochs);
  return record;
}

v1::JournalRecord RecordOfResumption(const Sweep& sweep, const RaceEvent& event) {
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_trial_resumed()->set_trial(event.trial);
  record.mutable_trial_resumed()->set_reason(event.reason);
  record.mutable_trial_resumed()->set_round(event.round);
  return record;
}

}  // namespace

v1::Directive CoordinatorCore::Impl::Direct(const Sweep& sweep, const TaskKey& key,
                                            const v1::EpochMetrics& metrics) {
  v1::Directive directive;
  SweepRace* race = races.Find(sweep.name);
  if (race == nullptr || key.kind != TaskKind::kTrainFold || sweep.retried.contains(key)) {
    return directive;
  }
  EpochScores scores = sweep.tasks.at(key).scores;
  scores.Add(metrics, sweep.trials[key.trial].config.training(), sweep.spec.search().metric());
  race->TakeScores(key, scores);
  if (const std::string reason = race->WhyStopped(key.trial); !reason.empty()) {
    directive.set_stop(true);
    directive.set_reason(StopText(key.trial, reason));
  } else if (metrics.epoch() < race->epochs() && !race->MayTrain(key)) {
    directive.set_pause(true);
    directive.set_reason(WhyItPauses(sweep));
  }
  return directive;
}

void CoordinatorCore::Impl::ConcludeRace(const Sweep& sweep) {
  SweepRace* race = races.Find(sweep.name);
  if (race == nullptr) return;
  for (const RaceEvent& event : race->TakeEvents()) {
    switch (event.kind) {
      case RaceEvent::Kind::kFinished:
        FinishTrial(sweep, event.trial, event.round);
        break;
      case RaceEvent::Kind::kStopped:
        StopTrial(sweep, event);
        break;
      case RaceEvent::Kind::kPaused:
        Emit(RecordOfPause(sweep, event));
        break;
      case RaceEvent::Kind::kResumed:
        Emit(RecordOfResumption(sweep, event));
        break;
    }
  }
}

void CoordinatorCore::Impl::StopTrial(const Sweep& sweep, const RaceEvent& event) {
  EndFoldsOf(sweep, event.trial, StopText(event.trial, event.reason));
  v1::JournalRecord record = RecordFor(sweep);
  v1::TrialStopped* update = record.mutable_trial_stopped();
  update->set_trial(event.trial);
  update->set_reason(event.reason);
  update->set_round(event.round);
  update->set_epochs(event.epochs);
  update->mutable_folds()->Assign(event.folds.begin(), event.folds.end());
  Emit(std::move(record));
}

}  // namespace pleat
