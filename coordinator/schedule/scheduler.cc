#include "coordinator/schedule/scheduler.h"

#include <algorithm>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/search_budget.h"
#include "coordinator/core/search_history.h"
#include "coordinator/core/waiting_text.h"

namespace pleat {
namespace {

// Empty if the group may train and predict for the sweep, else why not.
std::string WhyUnfit(const Sweep& sweep, const std::string& worker, const v1::WorkerInfo& group) {
  if (const auto kept_away = sweep.kept_away.find(worker); kept_away != sweep.kept_away.end()) {
    return absl::StrCat("sweep ", sweep.name, " goes on without this group: ", kept_away->second);
  }
  const uint32_t size = sweep.execution.has_value() ? sweep.execution->group_size()
                                                    : sweep.spec.resources().group_size();
  if (size != 0 && size != group.group_size()) {
    return absl::StrCat("sweep ", sweep.name, " needs groups of ", size,
                        size == 1 ? " rank" : " ranks", ", this one has ", group.group_size());
  }
  if (sweep.execution.has_value() && sweep.execution->fingerprint() != group.fingerprint()) {
    return absl::StrCat("sweep ", sweep.name, " is trained with execution fingerprint ",
                        sweep.execution->fingerprint(), ", this group has ", group.fingerprint(),
                        " (another build or another kind of machine)");
  }
  return "";
}

std::string WhyThisTask(const Sweep& sweep, const TaskKey& key) {
  const std::string sweep_text =
      absl::StrCat("sweep ", sweep.name, " (priority ", -sweep.rank.minus_priority,
                   ") is the first with work for this group");
  if (key.kind == TaskKind::kPrepareData) {
    return absl::StrCat(sweep_text, "; its data come first");
  }
  if (key.kind == TaskKind::kPredict) {
    return absl::StrCat(sweep_text, "; trial ", key.trial, " fold ", key.fold,
                        " is the next member to predict");
  }
  const std::optional<v1::Checkpoint>& checkpoint = sweep.tasks.at(key).checkpoint;
  const std::string why =
      sweep.retried.contains(key)
          ? absl::StrCat("fold ", key.fold, " of trial ", key.trial, " is to be trained again")
      : sweep.TrialsRace()
          ? absl::StrCat("fold ", key.fold, " of trial ", key.trial,
                         " comes first of those that the race can use")
          : absl::StrCat("trial ", key.trial, " is in flight and fold ", key.fold, " is next");
  return absl::StrCat(
      sweep_text, "; ", why,
      checkpoint.has_value() ? absl::StrCat("; resumes from epoch ", checkpoint->epoch()) : "");
}

// For a sweep that has a delayed task, names the first.
std::string WhyDelayed(const Sweep& sweep) {
  const TaskKey& key = *sweep.delayed.begin();
  return absl::StrCat("sweep ", sweep.name, ": ", TaskText(key), " is ",
                      RetryText(sweep, sweep.tasks.at(key)));
}

// What the next trial of a search that learns waits for; empty if nothing.
std::string WhyNoTrial(const Sweep& sweep) {
  if (const std::optional<uint32_t> awaited = AwaitedTrial(sweep)) {
    return absl::StrCat("; trial ", sweep.trials.size(), " is suggested when trial ", *awaited,
                        " has ended (",
                        BudgetNeedsResults(sweep) ? "search.budget" : "search.reproducible", ")");
  }
  if (sweep.SearchIsOver() || !LearnsForNext(sweep)) return "";
  if (sweep.TrialsRace() && !MayAddTrial(sweep)) {
    return absl::StrCat("; trial ", sweep.trials.size(),
                        " is suggested when the race has decided on one of them");
  }
  if (!MayAddTrial(sweep)) return "";
  return absl::StrCat("; trial ", sweep.trials.size(), " is being suggested");
}

// What is handed out of those that are ready, in this order, until `take` says true of one.
void OfferTasks(const Sweep& sweep, const SweepRace* race,
                absl::FunctionRef<bool(const TaskKey&)> take) {
  const auto offer = [&](const TaskKey& key) { return sweep.ready.contains(key) && take(key); };
  if (race == nullptr || sweep.ready.empty() || sweep.ready.begin()->kind != TaskKind::kTrainFold) {
    std::ranges::any_of(sweep.ready, offer);
  } else if (!std::ranges::any_of(sweep.retried, offer)) {
    std::ranges::any_of(race->FoldsToTrain(), offer);
  }
}

// Whether a task failed in any group of a host.
bool FailedOn(const std::string& host, const TaskState& task) {
  return std::ranges::any_of(task.visits, [&host](const auto& entry) {
    return entry.second.failure.has_value() && entry.second.host == host;
  });
}

// How often a group has failed a task, or given a result of it that others did not confirm.
size_t RunsOf(const std::string& worker, const TaskState& task) {
  const auto visit = task.visits.find(worker);
  const bool has_failed = visit != task.visits.end() && visit->second.failure.has_value();
  return static_cast<size_t>(std::ranges::count(task.held, worker, &HeldResult::worker)) +
         (has_failed ? 1 : 0);
}

// Whether the group leaves a task to others that may run it: to those that had it less often; if it
// is set aside, to any that had it not; if the task failed on its host, to those on other hosts
// that had it not. The one that had it least often leaves it to nobody.
bool Leaves(const Sweep& sweep, const TaskKey& key, const State& state, const Asker& asker) {
  const TaskState& task = sweep.tasks.at(key);
  const size_t runs = RunsOf(asker.worker, task);
  const bool is_aside = state.groups().FindAside(asker.worker, asker.group.host()) != nullptr;
  const bool failed_here = FailedOn(asker.group.host(), task);
  if (runs == 0 && !is_aside && !failed_here) return false;
  const auto is_better = [&](const auto& entry) {
    const auto& [worker, other] = entry;
    if (worker == asker.worker || state.groups().FindAside(worker, other.info.host()) != nullptr) {
      return false;
    }
    const size_t others_runs = RunsOf(worker, task);
    const bool is_elsewhere = failed_here && !FailedOn(other.info.host(), task);
    const bool goes_first = others_runs < runs || (others_runs == 0 && (is_aside || is_elsewhere));
    return goes_first &&
           (key.kind == TaskKind::kPrepareData || WhyUnfit(sweep, worker, other.info).empty());
  };
  return std::ranges::any_of(asker.workers.workers(), is_better);
}

// The first task that the group may have.
std::optional<TaskKey> NextTask(const Sweep& sweep, const State& state, const RaceTable& races,
                                const Asker& asker) {
  std::optional<TaskKey> next;
  OfferTasks(sweep, races.Find(sweep.name), [&](const TaskKey& key) {
    if (!Leaves(sweep, key, state, asker)) next = key;
    return next.has_value();
  });
  return next;
}

// Why a group gets none of the tasks that are handed out to others; empty if that is not so.
std::string WhyLeftToOthers(const Sweep& sweep, const State& state, const RaceTable& races,
                            const Asker& asker) {
  std::optional<TaskKey> first;
  OfferTasks(sweep, races.Find(sweep.name), [&](const TaskKey& key) {
    first = key;
    return true;
  });
  if (!first.has_value()) return "";
  const GroupBook::Entry* aside = state.groups().FindAside(asker.worker, asker.group.host());
  if (aside != nullptr) {
    return absl::StrCat("this group is set aside: others completed the last ", aside->failures,
                        " tasks that failed here or on its host (the last: ", aside->message,
                        "); it gets a try after ", aside->aside_until - state.groups().completed(),
                        " more tasks, or when no other group is there");
  }
  return absl::StrCat(
      "sweep ", sweep.name, ": ", TaskText(*first),
      " is left to other groups, since this one, or one on its host, had it before");
}

// Of a sweep whose folds wait for their race to go on.
std::string WhyRaceWaits(const Sweep& sweep) {
  return absl::StrCat(
      "sweep ", sweep.name,
      ": each fold that the race may need next is running, or as far ahead of it as "
      "search.pruning.most_ahead allows");
}

}  // namespace

std::optional<Choice> ChooseTask(const State& state, const RaceTable& races, const Asker& asker) {
  for (const auto& [rank, sweep] : state.ready_sweeps()) {
    if (!sweep->hold.empty()) continue;
    const std::optional<TaskKey> key = NextTask(*sweep, state, races, asker);
    if (!key.has_value()) continue;
    if (key->kind != TaskKind::kPrepareData &&
        !WhyUnfit(*sweep, asker.worker, asker.group).empty()) {
      continue;
    }
    return Choice{.sweep = sweep, .task = *key, .reason = WhyThisTask(*sweep, *key)};
  }
  return std::nullopt;
}

std::string WhyNoTask(const Sweep& sweep, const State& state, const RaceTable& races,
                      const Asker& asker) {
  const std::string name = absl::StrCat("sweep ", sweep.name);
  if (sweep.ended.has_value()) return absl::StrCat(name, " has ended");
  if (!sweep.hold.empty()) return absl::StrCat(name, ": ", sweep.hold);
  if (sweep.effect_failed.has_value()) {
    return absl::StrCat(name, ": ", EffectFailedText(*sweep.effect_failed));
  }
  if (sweep.prepared().datasets_size() == 0) {
    return sweep.delayed.empty() ? absl::StrCat(name, ": waiting for data preparation")
                                 : WhyDelayed(sweep);
  }
  if (!sweep.folds.has_value()) return absl::StrCat(name, ": folds are being cut");
  if (std::string unfit = WhyUnfit(sweep, asker.worker, asker.group); !unfit.empty()) return unfit;
  if (NextTask(sweep, state, races, asker).has_value()) {
    return absl::StrCat(name, ": has work; ask again");
  }
  if (std::string left = WhyLeftToOthers(sweep, state, races, asker); !left.empty()) return left;
  if (!sweep.ready.empty()) return absl::StrCat(WhyRaceWaits(sweep), WhyNoTrial(sweep));
  if (!sweep.delayed.empty()) return WhyDelayed(sweep);
  if (const std::optional<std::string> awaited = AwaitedFromOutside(sweep)) {
    return absl::StrCat(name, ": ", *awaited);
  }
  if (!sweep.AllTrialsEnded()) {
    return absl::StrCat(name, ": all ", sweep.trials.size() * sweep.fold_count(),
                        " folds in flight are running or done", WhyNoTrial(sweep));
  }
  if (!sweep.members.has_value()) return absl::StrCat(name, ": members are being selected");
  if (sweep.open_predictions > 0) {
    return absl::StrCat(name, ": all predictions are running or done");
  }
  return absl::StrCat(name, ": the ensemble is being built");
}

std::string WhyIdle(const State& state, const RaceTable& races, const Asker& asker) {
  constexpr size_t kNamed = 3;
  if (state.live_sweeps().empty()) return "no sweep is running";
  std::vector<std::string> reasons;
  for (const auto& [rank, sweep] : state.live_sweeps()) {
    if (reasons.size() == kNamed) break;
    reasons.push_back(WhyNoTask(*sweep, state, races, asker));
  }
  const size_t others = state.live_sweeps().size() - reasons.size();
  return absl::StrCat(absl::StrJoin(reasons, "; "),
                      others > 0 ? absl::StrCat("; and ", others, " more sweeps") : "");
}

}  // namespace pleat
