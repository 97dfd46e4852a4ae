// What comes from inside: time that passed, and effects that came to their end.
#include "absl/strings/str_cat.h"
#include "coordinator/core/core_impl.h"

namespace pleat {
namespace {

// A group that waits or trains shows itself every few seconds; one that is silent this long is
// gone.
constexpr int64_t kForgetWorkerMs = 60'000;

// Empty if the effect gave what it should, else what is wrong.
std::string WhyUnusable(const Sweep& sweep, EffectKind kind, const EffectDone& done) {
  if (!done.status.ok()) return std::string(done.status.message());
  if (kind == EffectKind::kAssignFolds) {
    const auto* folds = std::get_if<v1::FoldsAssigned>(&done.result);
    return folds != nullptr && folds->rows_size() > 0 ? "" : "it gave no folds";
  }
  if (kind == EffectKind::kBuildEnsemble) {
    return std::holds_alternative<v1::EnsembleBuilt>(done.result) ? "" : "it gave no ensemble";
  }
  const auto* members = std::get_if<v1::MembersSelected>(&done.result);
  if (members == nullptr || members->members_size() == 0) return "it gave no members";
  std::set<TaskKey> seen;
  for (const v1::Member& member : members->members()) {
    const TaskKey key{TaskKind::kTrainFold, member.trial(), member.fold()};
    const auto task = sweep.tasks.find(key);
    if (task == sweep.tasks.end() || task->second.phase != TaskPhase::kDone ||
        !seen.insert(key).second) {
      return absl::StrCat(TaskText(key), " cannot be a member, or is one twice");
    }
  }
  return "";
}

std::string MissingText(const v1::MembersSelected& members) {
  std::string text;
  for (const v1::MissingFold& missing : members.missing()) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", "trial ", missing.trial(), " fold ",
                    missing.fold(), " (", missing.reason(), ")");
  }
  return absl::StrCat("the ensemble lacks ", members.missing_size(),
                      members.missing_size() == 1 ? " fold: " : " folds: ", text);
}

}  // namespace

void CoordinatorCore::Impl::On(uint64_t, const Tick&) {
  for (const LeaseTable::Lost& lost : leases.FindLost(now.lease_ms)) {
    const Sweep& sweep = *state.FindSweep(lost.task.sweep);
    // Giving up the task before may have ended this one with their sweep.
    if (!sweep.running.contains(lost.task.task)) continue;
    EndAttempt(sweep, lost.task.task,
               {.end = v1::ATTEMPT_END_EXPIRED,
                .message = absl::StrCat("worker ", sweep.tasks.at(lost.task.task).worker,
                                        " is lost: ", lost.message)});
    DecideAfterLoss(sweep, lost.task.task);
  }
  workers.ForgetSilent(now.lease_ms - kForgetWorkerMs);
}

void CoordinatorCore::Impl::StartEffect(const std::string& name) {
  // One at a time for each name, so that files are not removed while they are written, and a result
  // cannot reach a later sweep of the same name.
  if (running_effects.contains(name)) return;
  const Sweep* sweep = state.FindSweep(name);
  std::optional<EffectKind> kind;
  if (sweep != nullptr) {
    kind = PendingEffect(*sweep);
  } else if (state.removing().contains(name)) {
    kind = EffectKind::kRemoveFiles;
  }
  if (!kind.has_value()) return;
  running_effects.emplace(name, *kind);
  if (*kind == EffectKind::kRemoveFiles) {
    outcome.effects.push_back(RemoveFiles{.sweep = name});
  } else {
    outcome.effects.push_back(MakeEffect(*kind, *sweep));
  }
}

void CoordinatorCore::Impl::On(uint64_t, const EffectDone& done) {
  const auto running = running_effects.find(done.sweep);
  if (running == running_effects.end()) return;
  const EffectKind kind = running->second;
  running_effects.erase(running);
  if (kind == EffectKind::kRemoveFiles) return FinishRemoval(done.sweep, done.status);
  // The sweep may have been cancelled, or even removed, meanwhile.
  const Sweep* sweep = state.FindSweep(done.sweep);
  if (sweep != nullptr && PendingEffect(*sweep) == kind) Conclude(*sweep, kind, done);
  Advance(done.sweep);
}

void CoordinatorCore::Impl::Conclude(const Sweep& sweep, EffectKind kind, const EffectDone& done) {
  if (const std::string unusable = WhyUnusable(sweep, kind, done); !unusable.empty()) {
    // Rows that cannot be cut into the folds that were asked for are the user's to mend.
    const bool is_data = kind == EffectKind::kAssignFolds && absl::IsInvalidArgument(done.status);
    return FailSweep(sweep, is_data ? v1::FAILURE_KIND_DATA : v1::FAILURE_KIND_INTERNAL,
                     absl::StrCat(EffectText(kind), " failed: ", unusable));
  }
  v1::JournalRecord record = RecordFor(sweep);
  if (kind == EffectKind::kAssignFolds) {
    *record.mutable_folds_assigned() = std::get<v1::FoldsAssigned>(done.result);
  } else if (kind == EffectKind::kSelectMembers) {
    *record.mutable_members_selected() = std::get<v1::MembersSelected>(done.result);
  } else {
    *record.mutable_ensemble_built() = std::get<v1::EnsembleBuilt>(done.result);
  }
  Emit(std::move(record));
  if (kind != EffectKind::kBuildEnsemble) return;
  if (sweep.members->missing_size() > 0) {
    EndSweep(sweep, v1::SWEEP_STATE_DEGRADED, MissingText(*sweep.members));
  } else {
    EndSweep(sweep, v1::SWEEP_STATE_FINISHED, "the ensemble is complete");
  }
}

void CoordinatorCore::Impl::FinishRemoval(const std::string& sweep, const absl::Status& status) {
  const std::vector<uint64_t> waiting = std::move(removals[sweep]);
  removals.erase(sweep);
  if (!status.ok()) {
    for (const uint64_t token : waiting) Refuse(token, status);
    return;
  }
  // The first record again: it has the reply, also if the coordinator was restarted meanwhile.
  v1::JournalRecord record = state.removing().at(sweep);
  record.mutable_sweep_removed()->set_files_gone(true);
  Emit(std::move(record));
  for (const uint64_t token : waiting) Answer(token, v1::RemoveResponse());
}

}  // namespace pleat
