#include "coordinator/service/explain.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/store/store_layout.h"
#include "coordinator/core/change_text.h"

namespace pleat {
namespace {

// What a record decided; a record that is no decision has none.
struct Words {
  std::string subject;
  std::string decision;
  std::string reason;
  std::optional<uint32_t> trial = std::nullopt;
  std::optional<uint32_t> fold = std::nullopt;
  std::vector<uint32_t> folds = {};  // if it is about several
};

Words AboutTrial(uint32_t trial, std::string decision, std::string reason) {
  return {absl::StrCat("trial ", trial), std::move(decision), std::move(reason), trial};
}

Words AboutTask(const std::string& id, std::string decision, std::string reason) {
  const std::optional<layout::TaskName> task = layout::ParseTaskId(id);
  if (!task || task->kind == layout::TaskName::Kind::kPrepare) {
    return {"data", std::move(decision), std::move(reason)};
  }
  const char* what = task->kind == layout::TaskName::Kind::kPredict ? " predictions" : "";
  return {absl::StrCat("trial ", task->trial, " fold ", task->fold, what), std::move(decision),
          std::move(reason), task->trial, task->fold};
}

std::string EndWord(v1::AttemptEnd end) {
  switch (end) {
    case v1::ATTEMPT_END_EXPIRED:
      return "expired";
    case v1::ATTEMPT_END_RELEASED:
      return "was given back";
    case v1::ATTEMPT_END_FAILED:
      return "failed";
    case v1::ATTEMPT_END_CANCELLED:
      return "was cancelled";
    case v1::ATTEMPT_END_PAUSED:
      return "was paused";
    default:
      return "ended";
  }
}

std::string StateWord(v1::SweepState state) {
  switch (state) {
    case v1::SWEEP_STATE_FINISHED:
      return "finished";
    case v1::SWEEP_STATE_DEGRADED:
      return "finished with folds missing";
    case v1::SWEEP_STATE_FAILED:
      return "failed";
    case v1::SWEEP_STATE_CANCELLED:
      return "cancelled";
    default:
      return "ended";
  }
}

Words Explain(const v1::FoldsAssigned& update) {
  return {"folds", absl::StrCat("cut into ", update.rows_size(), " folds"),
          absl::StrCat("rows per fold: ", absl::StrJoin(update.rows(), ", "))};
}

Words Explain(const v1::ExecutionFixed& update) {
  return {"sweep",
          absl::StrCat("fixed to groups of ", update.group_size(), " with fingerprint ",
                       update.fingerprint()),
          "all folds of a sweep are trained alike; this group took the first"};
}

Words Explain(const v1::WarmStartFixed& update) {
  size_t taken = 0;
  for (const v1::WarmStartSource& source : update.sources()) taken += source.trials_size();
  return {"search", absl::StrCat("begins with ", taken, " trials of earlier sweeps"),
          absl::StrJoin(update.sources(), "; ", [](std::string* out, const auto& source) {
            absl::StrAppend(out, "of sweep ", source.sweep(), " ", source.reason());
          })};
}

template <typename Parameters>
std::string ParametersText(const Parameters& parameters) {
  return absl::StrJoin(parameters, ", ", [](std::string* out, const auto& parameter) {
    absl::StrAppend(out, parameter.path(), "=", parameter.value());
  });
}

Words Explain(const v1::TrialGiven& update) {
  return AboutTrial(update.trial(),
                    absl::StrCat("given with ", ParametersText(update.parameters())),
                    "the sweep's trials come from outside (search.method: external)");
}

Words Explain(const v1::SearchFinished& update) {
  return {"sweep", absl::StrCat("has all its ", update.trials(), " trials"),
          "the client that gives them said so"};
}

Words Explain(const v1::TrialAdded& update) {
  const std::string parameters = ParametersText(update.parameters());
  return AboutTrial(update.trial(),
                    parameters.empty() ? "added" : absl::StrCat("added with ", parameters),
                    update.reason());
}

// "step 14 (epoch 3)"
std::string StepText(const v1::Checkpoint& checkpoint) {
  return absl::StrCat("step ", checkpoint.global_step(), " (epoch ", checkpoint.epoch(), ")");
}

Words Explain(const v1::TaskLeased& update) {
  std::string decision =
      absl::StrCat("leased to worker ", update.worker(), ", attempt ", update.attempt());
  if (update.resumed()) {
    absl::StrAppend(&decision, ", goes on after epoch ", update.resumed_epoch());
  }
  return AboutTask(update.task(), std::move(decision), update.reason());
}

// What became of the weights that a fold began with; empty if it began with random ones.
std::string TransferText(const v1::WeightTransfer& transfer) {
  if (transfer.taken().empty()) return "";
  std::string text = absl::StrCat("took ", transfer.taken_size(), " tensors of earlier weights");
  if (transfer.misfits_size() > 0) {
    absl::StrAppend(&text, "; of another shape: ", absl::StrJoin(transfer.misfits(), ", "));
  }
  if (transfer.missing_size() > 0) {
    absl::StrAppend(&text, "; missing: ", absl::StrJoin(transfer.missing(), ", "));
  }
  if (transfer.unused_size() > 0) {
    absl::StrAppend(&text, "; unused: ", absl::StrJoin(transfer.unused(), ", "));
  }
  return text;
}

Words Explain(const v1::TaskCompleted& update, const EarlyEnds& early_ends) {
  std::string decision = absl::StrCat("done by attempt ", update.attempt());
  std::string reason = TransferText(update.result().train_fold().transfer());
  if (const std::optional<EarlyEnd> early_end = early_ends.Of(update.task())) {
    absl::StrAppend(&decision, ", ", early_end->what);
    reason = absl::StrCat(early_end->why, reason.empty() ? "" : "; ", reason);
  }
  return AboutTask(update.task(), std::move(decision), std::move(reason));
}

Words Explain(const v1::AttemptEnded& update) {
  const std::optional<layout::TaskName> task = layout::ParseTaskId(update.task());
  const bool keeps_away = update.failure() == v1::FAILURE_KIND_DATA && task &&
                          task->kind != layout::TaskName::Kind::kPrepare;
  std::string decision = absl::StrCat("attempt ", update.attempt(), " ", EndWord(update.end()));
  if (keeps_away) absl::StrAppend(&decision, "; its worker gets no more of this sweep");
  if (update.failure() == v1::FAILURE_KIND_OUT_OF_MEMORY && task &&
      task->kind == layout::TaskName::Kind::kTrain) {
    absl::StrAppend(&decision, "; the trial's folds recompute activations from now on");
  }
  if (update.retry_after_ms() > 0) {
    absl::StrAppend(&decision, ", to be tried again in ", update.retry_after_ms() / 1000, " s");
  }
  return AboutTask(update.task(), std::move(decision), update.message());
}

Words Explain(const v1::ResultHeld& update) {
  return AboutTask(update.task(),
                   absl::StrCat("result of attempt ", update.attempt(),
                                " held; the fold is trained again from the beginning"),
                   update.reason());
}

Words Explain(const v1::GroupSetAside& update) {
  return {update.worker().empty() ? absl::StrCat("host ", update.host())
                                  : absl::StrCat("worker ", update.worker()),
          absl::StrCat("set aside until others have completed ", update.tasks_elsewhere(),
                       " tasks, while there are others"),
          absl::StrCat("others completed the last ", update.failures(),
                       " tasks that failed there, the last: ", update.message())};
}

Words Explain(const v1::CheckpointQuarantined& update) {
  const std::string next =
      update.has_resume_from()
          ? absl::StrCat("goes on from the one before it (", StepText(update.resume_from()), ")")
          : "starts again";
  return AboutTask(update.task(),
                   absl::StrCat("checkpoint of ", StepText(update.checkpoint()),
                                " set aside as damaged; ", next),
                   update.message());
}

Words Explain(const v1::TaskWaiting& update) {
  const bool waits = !update.reason().empty();
  return AboutTask(update.task(),
                   absl::StrCat("attempt ", update.attempt(), waits ? " waits" : " goes on"),
                   waits ? update.reason() : "what it waited for is there");
}

Words Explain(const v1::GarbageCollected& update) {
  if (update.files() == 0) return {};
  return {"store",
          absl::StrFormat("%d %s removed, %.1f MB", update.files(),
                          update.files() == 1 ? "file" : "files",
                          static_cast<double>(update.bytes()) / 1e6),
          "nobody needs them: nothing that counts names them, and no running attempt writes them"};
}

Words Explain(const v1::WeightsFreed& update) {
  return {"store",
          absl::StrCat("the weights of ", update.tasks_size(),
                       update.tasks_size() == 1 ? " fold" : " folds", " are no longer kept"),
          absl::StrCat("resources.keep: ", update.keep())};
}

Words Explain(const v1::EffectFailed& update) {
  return {"sweep",
          absl::StrCat(update.effect(), " failed (failure ", update.failures(),
                       "), to be tried again in ", update.retry_after_ms() / 1000, " s"),
          update.message()};
}

Words Explain(const v1::HoldChanged& update) {
  if (update.reason().empty()) return {"sweep", "goes on", "the disk has space again"};
  return {"sweep", "held", update.reason()};
}

Words Explain(const v1::TrialFinished& update) {
  return AboutTrial(
      update.trial(),
      absl::StrCat("finished with score ", update.mean(), " ± ", update.standard_error()),
      absl::StrCat("mean over folds ", absl::StrJoin(update.folds(), ", ")));
}

Words Explain(const v1::SweepExtended& update) {
  return {"sweep", absl::StrCat(ChangeText(update), update.reopened() ? ", so it goes on" : ""),
          update.reason()};
}

Words Explain(const v1::TrialRetried& update) {
  if (update.folds().empty()) {
    return AboutTrial(update.trial(), "counts with all its folds", update.reason());
  }
  Words words = AboutTrial(update.trial(),
                           absl::StrCat(update.folds_size() == 1 ? "fold " : "folds ",
                                        absl::StrJoin(update.folds(), ", "), " to be trained again",
                                        update.fresh() ? " from the beginning" : ""),
                           update.reason());
  words.folds.assign(update.folds().begin(), update.folds().end());
  return words;
}

Words Explain(const v1::TrialStopped& update) {
  const std::string folds = update.folds().empty()
                                ? "before its first fold was finished"
                                : absl::StrCat("with folds ", absl::StrJoin(update.folds(), ", "),
                                               " finished, which stay");
  return AboutTrial(update.trial(),
                    absl::StrCat("stopped in round ", update.round() + 1, " ", folds),
                    update.reason());
}

Words Explain(const v1::MembersSelected& update) {
  return {"ensemble", absl::StrCat("got ", update.members_size(), " members"), update.reason()};
}

Words ExplainUpdate(const v1::JournalRecord& record, const EarlyEnds& early_ends) {
  switch (record.update_case()) {
    case v1::JournalRecord::kSweepSubmitted:
      return {"sweep", "accepted", "the spec holds and the name was free"};
    case v1::JournalRecord::kFoldsAssigned:
      return Explain(record.folds_assigned());
    case v1::JournalRecord::kExecutionFixed:
      return Explain(record.execution_fixed());
    case v1::JournalRecord::kExecutionFreed:
      return {"sweep", "open to groups of any kind again",
              "those that took folds left before anything was trained"};
    case v1::JournalRecord::kWarmStartFixed:
      return Explain(record.warm_start_fixed());
    case v1::JournalRecord::kTrialAdded:
      return Explain(record.trial_added());
    case v1::JournalRecord::kSearchEnded:
      return {"search", absl::StrCat("ended after ", record.search_ended().trials(), " trials"),
              record.search_ended().reason()};
    case v1::JournalRecord::kTrialGiven:
      return Explain(record.trial_given());
    case v1::JournalRecord::kSearchFinished:
      return Explain(record.search_finished());
    case v1::JournalRecord::kSweepExtended:
      return Explain(record.sweep_extended());
    case v1::JournalRecord::kTrialRetried:
      return Explain(record.trial_retried());
    case v1::JournalRecord::kLimitsChanged:
      return {"sweep", ChangeText(record.limits_changed()), "asked for"};
    case v1::JournalRecord::kTaskLeased:
      return Explain(record.task_leased());
    case v1::JournalRecord::kTaskCompleted:
      return Explain(record.task_completed(), early_ends);
    case v1::JournalRecord::kAttemptEnded:
      return Explain(record.attempt_ended());
    case v1::JournalRecord::kResultHeld:
      return Explain(record.result_held());
    case v1::JournalRecord::kGroupSetAside:
      return Explain(record.group_set_aside());
    case v1::JournalRecord::kCheckpointQuarantined:
      return Explain(record.checkpoint_quarantined());
    case v1::JournalRecord::kTaskWaiting:
      return Explain(record.task_waiting());
    case v1::JournalRecord::kTaskReady:
      return AboutTask(record.task_ready().task(), "waits for a group again",
                       "its wait after the failure is over");
    case v1::JournalRecord::kGarbageCollected:
      return Explain(record.garbage_collected());
    case v1::JournalRecord::kWeightsFreed:
      return Explain(record.weights_freed());
    case v1::JournalRecord::kEffectFailed:
      return Explain(record.effect_failed());
    case v1::JournalRecord::kHoldChanged:
      return Explain(record.hold_changed());
    case v1::JournalRecord::kTaskAbandoned:
      return AboutTask(record.task_abandoned().task(), "given up",
                       record.task_abandoned().reason());
    case v1::JournalRecord::kTrialFinished:
      return Explain(record.trial_finished());
    case v1::JournalRecord::kTrialCancelled:
      return AboutTrial(record.trial_cancelled().trial(), "cancelled",
                        record.trial_cancelled().reason());
    case v1::JournalRecord::kTrialStopped:
      return Explain(record.trial_stopped());
    case v1::JournalRecord::kTrialPaused:
      return AboutTrial(record.trial_paused().trial(),
                        absl::StrCat("paused in round ", record.trial_paused().round() + 1),
                        record.trial_paused().reason());
    case v1::JournalRecord::kTrialResumed:
      return AboutTrial(record.trial_resumed().trial(),
                        absl::StrCat("goes on after round ", record.trial_resumed().round() + 1),
                        record.trial_resumed().reason());
    case v1::JournalRecord::kMembersSelected:
      return Explain(record.members_selected());
    case v1::JournalRecord::kEnsembleBuilt:
      return {"ensemble", absl::StrCat("built as version ", record.ensemble_built().version()),
              "all members' predictions were there"};
    case v1::JournalRecord::kSweepEnded:
      return {"sweep", StateWord(record.sweep_ended().state()), record.sweep_ended().reason()};
    default:
      return {};
  }
}

}  // namespace

std::optional<v1::Decision> ExplainRecord(const v1::JournalRecord& record,
                                          const v1::ExplainRequest& request,
                                          const EarlyEnds& early_ends) {
  const Words words = ExplainUpdate(record, early_ends);
  if (words.decision.empty()) return std::nullopt;
  if (request.has_trial() && words.trial != request.trial()) return std::nullopt;
  if (request.has_fold() && words.fold != request.fold() &&
      std::ranges::count(words.folds, request.fold()) == 0) {
    return std::nullopt;
  }
  v1::Decision decision;
  decision.set_sequence(record.sequence());
  decision.set_time_unix_ms(record.time_unix_ms());
  decision.set_subject(words.subject);
  decision.set_decision(words.decision);
  decision.set_reason(words.reason);
  return decision;
}

}  // namespace pleat
