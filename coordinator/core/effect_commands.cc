// Effects: started when the state waits for them, and what follows when they come to their end.
#include "absl/strings/str_cat.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/retry_policy.h"

namespace pleat {
namespace {

// Empty if the effect gave what it should, else what is wrong.
std::string WhyUnusable(const Sweep& sweep, EffectKind kind, const EffectDone& done) {
  if (!done.status.ok()) return std::string(done.status.message());
  if (kind == EffectKind::kAssignFolds) {
    const auto* folds = std::get_if<v1::FoldsAssigned>(&done.result);
    return folds != nullptr && folds->rows_size() > 0 ? "" : "it gave no folds";
  }
  if (kind == EffectKind::kSuggestTrial) {
    return std::holds_alternative<Suggestion>(done.result) ? "" : "it gave no trial";
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

void CoordinatorCore::Impl::StartEffect(const std::string& name) {
  // One at a time for each name, so that files are not removed while they are written, and a result
  // cannot reach a later sweep of the same name.
  if (running_effects.contains(name)) return;
  const auto retry = effect_retries.find(name);
  if (retry != effect_retries.end() && retry->second.due_ms > now.lease_ms) return;
  const Sweep* sweep = state.FindSweep(name);
  std::optional<EffectKind> kind;
  if (sweep != nullptr) {
    kind = PendingEffect(*sweep);
  } else if (state.removing().contains(name)) {
    kind = EffectKind::kRemoveFiles;
  }
  if (!kind.has_value() || (*kind == EffectKind::kRemoveFiles && IsCollecting(name))) return;
  running_effects.emplace(name, *kind);
  if (*kind == EffectKind::kRemoveFiles) {
    outcome.effects.push_back(RemoveFiles{.sweep = name});
  } else {
    Effect effect = MakeEffect(*kind, *sweep);
    if (auto* build = std::get_if<BuildEnsemble>(&effect)) build->begins_anew = state.WasRestored();
    outcome.effects.push_back(std::move(effect));
  }
}

void CoordinatorCore::Impl::On(uint64_t, const EffectDone& done) {
  const auto running = running_effects.find(done.sweep);
  if (running == running_effects.end()) return;
  const EffectKind kind = running->second;
  running_effects.erase(running);
  looks_for_garbage = true;
  if (kind == EffectKind::kRemoveFiles) return FinishRemoval(done.sweep, done.status);
  // The sweep may have been cancelled, or even removed, meanwhile.
  const Sweep* sweep = state.FindSweep(done.sweep);
  if (sweep != nullptr && PendingEffect(*sweep) == kind) {
    if (done.status.ok() || IsPermanent(done.status)) {
      Conclude(*sweep, kind, done);
    } else {
      TryAgainLater(*sweep, kind, done.status);
    }
  }
  Advance(done.sweep);
}

CoordinatorCore::Impl::EffectRetry CoordinatorCore::Impl::DelayEffect(const std::string& sweep) {
  EffectRetry& retry = effect_retries[sweep];
  retry.wait_ms = EffectRetryMs(++retry.failures);
  retry.due_ms = now.lease_ms + retry.wait_ms;
  return retry;
}

void CoordinatorCore::Impl::TryAgainLater(const Sweep& sweep, EffectKind kind,
                                          const absl::Status& status) {
  const EffectRetry retry = DelayEffect(sweep.name);
  v1::JournalRecord record = RecordFor(sweep);
  v1::EffectFailed* update = record.mutable_effect_failed();
  update->set_effect(EffectText(kind));
  update->set_message(std::string(status.message()));
  update->set_failures(retry.failures);
  update->set_retry_after_ms(retry.wait_ms);
  Emit(std::move(record));
}

void CoordinatorCore::Impl::Conclude(const Sweep& sweep, EffectKind kind, const EffectDone& done) {
  effect_retries.erase(sweep.name);
  if (const std::string unusable = WhyUnusable(sweep, kind, done); !unusable.empty()) {
    // Rows that cannot be cut into the folds that were asked for are the user's to mend.
    const bool is_data = kind == EffectKind::kAssignFolds && absl::IsInvalidArgument(done.status);
    return FailSweep(sweep, is_data ? v1::FAILURE_KIND_DATA : v1::FAILURE_KIND_INTERNAL,
                     absl::StrCat(EffectText(kind), " failed: ", unusable));
  }
  if (kind == EffectKind::kSuggestTrial) return AddTrial(sweep, std::get<Suggestion>(done.result));
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
  FreeWeights(sweep);
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
    if (IsPermanent(status)) {
      effect_retries.erase(sweep);
    } else {
      DelayEffect(sweep);
    }
    return;
  }
  effect_retries.erase(sweep);
  // The first record again: it has the reply, also if the coordinator was restarted meanwhile.
  v1::JournalRecord record = state.removing().at(sweep);
  record.mutable_sweep_removed()->set_files_gone(true);
  Emit(std::move(record));
  for (const uint64_t token : waiting) Answer(token, v1::RemoveResponse());
}

}  // namespace pleat
