#include "client/event_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/state_text.h"
#include "common/config/trial_config.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

// "", or ", to be tried again in 8 s".
std::string RetryText(uint32_t after_ms) {
  if (after_ms == 0) return "";
  return absl::StrCat(", to be tried again in ", after_ms / 1000, " s");
}

bool IsTriedWithLessMemory(const v1::AttemptEnded& ended) {
  const std::optional<layout::TaskName> task = layout::ParseTaskId(ended.task());
  return ended.failure() == v1::FAILURE_KIND_OUT_OF_MEMORY && ended.retry_after_ms() > 0 && task &&
         task->kind == layout::TaskName::Kind::kTrain;
}

std::string EndText(const v1::AttemptEnded& ended) {
  switch (ended.end()) {
    case v1::ATTEMPT_END_EXPIRED:
      return "its worker is lost; it goes on elsewhere";
    case v1::ATTEMPT_END_RELEASED:
      return "given back by its worker; it goes on elsewhere";
    case v1::ATTEMPT_END_CANCELLED:
      return "stopped";
    case v1::ATTEMPT_END_PAUSED:
      return "paused; it goes on when the race needs it";
    default:
      return absl::StrCat("failed", RetryText(ended.retry_after_ms()),
                          IsTriedWithLessMemory(ended) ? " with activations recomputed" : "", ": ",
                          ended.message());
  }
}

// "worker w-3 is set aside: others completed the last 3 tasks that failed there, the last: …"
std::string SetAsideText(const v1::GroupSetAside& update) {
  return absl::StrCat(update.worker().empty()
                          ? absl::StrCat("all workers on host ", update.host(), " are")
                          : absl::StrCat("worker ", update.worker(), " is"),
                      " set aside: others completed the last ", update.failures(),
                      " tasks that failed there, the last: ", update.message());
}

// "trial 0 fold 1: its checkpoint of step 14 is damaged; it goes on from step 10: …"
std::string QuarantineText(const v1::CheckpointQuarantined& found) {
  const std::string next = found.has_resume_from() ? absl::StrCat("it goes on from step ",
                                                                  found.resume_from().global_step())
                                                   : "it starts again";
  return absl::StrCat(TaskText(found.task()), ": its checkpoint of step ",
                      found.checkpoint().global_step(), " is damaged; ", next, ": ",
                      found.message());
}

// "12 files that nobody needs were removed, 40.2 MB"; nothing if there were none.
std::optional<std::string> CollectedText(const v1::GarbageCollected& collected) {
  if (collected.files() == 0) return std::nullopt;
  return absl::StrFormat(
      "%d %s removed, %.1f MB", collected.files(),
      collected.files() == 1 ? "file that nobody needs was" : "files that nobody needs were",
      static_cast<double>(collected.bytes()) / 1e6);
}

std::string ParametersText(const v1::TrialAdded& added) {
  if (added.parameters().empty()) return "as the sweep says";
  std::string text;
  for (const v1::ParameterValue& parameter : added.parameters()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", parameter.path(), " = ", parameter.value());
  }
  return text;
}

// "", or what the trial's folds begin with.
std::string StartText(const v1::TrialAdded& added) {
  if (added.start_weights().empty()) return "";
  const v1::StartWeights& first = added.start_weights(0);
  const v1::StartWeights& last = added.start_weights(added.start_weights_size() - 1);
  return absl::StrCat(", begins with the weights of ", first.origin(),
                      first.origin() == last.origin() ? "" : ", and so on");
}

// "the search learns from 12 trials of sweep first too"
std::string WarmStartText(const v1::WarmStartFixed& fixed) {
  std::string text = "the search learns from ";
  for (const v1::WarmStartSource& source : fixed.sources()) {
    absl::StrAppend(&text, &source == &fixed.sources(0) ? "" : ", ", source.trials_size(),
                    " trials of sweep ", source.sweep());
  }
  return text + " too";
}

// "the sweep has 8 trials now, after 4; it goes on"
std::string ExtensionText(const v1::SweepExtended& extended) {
  const bool has_repeats = extended.repeats() != extended.repeats_before();
  return absl::StrCat("the sweep has ", has_repeats ? extended.repeats() : extended.trials(),
                      has_repeats ? " repeats" : " trials", " now, after ",
                      has_repeats ? extended.repeats_before() : extended.trials_before(),
                      extended.reopened() ? "; it goes on" : "");
}

// "trial 3: folds 1, 2 are trained again"
std::string AgainText(const v1::TrialRetried& retried) {
  if (retried.folds().empty()) {
    return absl::StrCat("trial ", retried.trial(), ": counts with all its folds");
  }
  return absl::StrCat("trial ", retried.trial(), retried.folds_size() == 1 ? ": fold " : ": folds ",
                      absl::StrJoin(retried.folds(), ", "),
                      retried.folds_size() == 1 ? " is" : " are", " trained again",
                      retried.fresh() ? " from the beginning" : "");
}

// "search.max_trials is 12 now, after 8"
std::string LimitsText(const v1::LimitsChanged& changed) {
  return absl::StrJoin(changed.changes(), "; ", [](std::string* out, const auto& change) {
    absl::StrAppend(out, change.path(), " is ", change.to(), " now, after ", change.from());
  });
}

std::string ScoresText(const v1::Scores& scores) {
  return absl::StrFormat("accuracy %.4f, log loss %.4f", scores.accuracy(), scores.log_loss());
}

std::string EnsembleText(const v1::EnsembleBuilt& built) {
  std::string text = absl::StrCat("ensemble built: out-of-fold ", ScoresText(built.out_of_fold()));
  for (const v1::SplitScores& split : built.splits()) {
    absl::StrAppend(&text, "; ", split.split(), " ", ScoresText(split.ensemble()));
  }
  return text;
}

std::string EpochText(const v1::EpochReported& reported, const SweepView& view) {
  const v1::EpochMetrics& metrics = reported.metrics();
  const std::optional<layout::TaskName> name = layout::ParseTaskId(reported.task());
  const auto trial = name ? view.trials().find(name->trial) : view.trials().end();
  const bool known = trial != view.trials().end();
  const bool trains = !known || !trial->second.only_uses_weights;
  return absl::StrFormat("%s epoch %d/%d%s val_log_loss %.4f val_accuracy %.4f",
                         TaskText(reported.task()), metrics.epoch(),
                         known ? trial->second.epochs : EpochCount(view.spec().training()),
                         trains ? absl::StrFormat(" train_loss %.4f", metrics.train_loss()) : "",
                         metrics.val_log_loss(), metrics.val_accuracy());
}

// "", or at which epoch a fold that is done ended early.
std::string EarlyEndText(const std::string& task, const SweepView& view) {
  const std::optional<layout::TaskName> name = layout::ParseTaskId(task);
  if (!name || name->kind != layout::TaskName::Kind::kTrain) return "";
  const auto trial = view.trials().find(name->trial);
  if (trial == view.trials().end() || name->fold >= trial->second.folds.size()) return "";
  const FoldView& fold = trial->second.folds[name->fold];
  if (!fold.last_epoch || fold.last_epoch->epoch() >= trial->second.epochs) return "";
  return absl::StrCat(", ended early after epoch ", fold.last_epoch->epoch(), " of ",
                      trial->second.epochs);
}

}  // namespace

std::string TaskText(const std::string& task_id) {
  const std::optional<layout::TaskName> name = layout::ParseTaskId(task_id);
  if (!name) return task_id;
  if (name->kind == layout::TaskName::Kind::kPrepare) return "data preparation";
  return absl::StrCat(name->kind == layout::TaskName::Kind::kPredict ? "prediction of " : "",
                      "trial ", name->trial, " fold ", name->fold);
}

std::optional<std::string> EventLine(const v1::WatchResponse& event, const SweepView& before) {
  if (!event.has_record()) return std::nullopt;
  const v1::JournalRecord& record = event.record();
  switch (record.update_case()) {
    case v1::JournalRecord::kSweepSubmitted:
      return absl::StrCat("sweep ", record.sweep(), " submitted");
    case v1::JournalRecord::kFoldsAssigned:
      return absl::StrCat("data is ready, rows are cut into ", record.folds_assigned().rows_size(),
                          " folds");
    case v1::JournalRecord::kWarmStartFixed:
      return WarmStartText(record.warm_start_fixed());
    case v1::JournalRecord::kTrialAdded:
      return absl::StrCat("trial ", record.trial_added().trial(), ": ",
                          ParametersText(record.trial_added()), StartText(record.trial_added()));
    case v1::JournalRecord::kSearchEnded:
      return absl::StrCat("the search ended after ", record.search_ended().trials(),
                          " trials: ", record.search_ended().reason());
    case v1::JournalRecord::kSearchFinished: {
      const uint32_t trials = record.search_finished().trials();
      return absl::StrCat("the search is over: ", trials, trials == 1 ? " trial" : " trials");
    }
    case v1::JournalRecord::kSweepExtended:
      return ExtensionText(record.sweep_extended());
    case v1::JournalRecord::kTrialRetried:
      return AgainText(record.trial_retried());
    case v1::JournalRecord::kLimitsChanged:
      return LimitsText(record.limits_changed());
    case v1::JournalRecord::kTaskLeased: {
      const v1::TaskLeased& leased = record.task_leased();
      std::string text = absl::StrCat(TaskText(leased.task()), " begins");
      if (leased.resumed()) absl::StrAppend(&text, " again after epoch ", leased.resumed_epoch());
      if (leased.attempt() > 1) absl::StrAppend(&text, ", attempt ", leased.attempt());
      return text;
    }
    case v1::JournalRecord::kEpochReported:
      return EpochText(record.epoch_reported(), before);
    case v1::JournalRecord::kTaskCompleted:
      return absl::StrCat(TaskText(record.task_completed().task()), " done",
                          EarlyEndText(record.task_completed().task(), before));
    case v1::JournalRecord::kAttemptEnded:
      return absl::StrCat(TaskText(record.attempt_ended().task()), ": ",
                          EndText(record.attempt_ended()));
    case v1::JournalRecord::kCheckpointQuarantined:
      return QuarantineText(record.checkpoint_quarantined());
    case v1::JournalRecord::kResultHeld:
      return absl::StrCat(TaskText(record.result_held().task()), " trained; ",
                          record.result_held().reason());
    case v1::JournalRecord::kGroupSetAside:
      return SetAsideText(record.group_set_aside());
    case v1::JournalRecord::kTaskWaiting:
      return absl::StrCat(TaskText(record.task_waiting().task()),
                          record.task_waiting().reason().empty() ? " goes on" : " waits: ",
                          record.task_waiting().reason());
    case v1::JournalRecord::kGarbageCollected:
      return CollectedText(record.garbage_collected());
    case v1::JournalRecord::kWeightsFreed:
      return absl::StrCat("the weights of ", record.weights_freed().tasks_size(),
                          record.weights_freed().tasks_size() == 1 ? " fold" : " folds",
                          " are no longer kept (keep: ", record.weights_freed().keep(), ")");
    case v1::JournalRecord::kEffectFailed: {
      const v1::EffectFailed& failed = record.effect_failed();
      return absl::StrCat(failed.effect(), " failed", RetryText(failed.retry_after_ms()), ": ",
                          failed.message());
    }
    case v1::JournalRecord::kHoldChanged:
      return record.hold_changed().reason().empty() ? "tasks are handed out again"
                                                    : record.hold_changed().reason();
    case v1::JournalRecord::kTaskAbandoned:
      return absl::StrCat(TaskText(record.task_abandoned().task()),
                          " given up: ", record.task_abandoned().reason());
    case v1::JournalRecord::kTrialFinished: {
      const v1::TrialFinished& finished = record.trial_finished();
      if (finished.folds().empty()) {
        return absl::StrCat("trial ", finished.trial(), ": none of its folds could be trained");
      }
      return absl::StrFormat("trial %d: %s %.4f ± %.4f over %d folds", finished.trial(),
                             before.spec().search().metric().name(), finished.mean(),
                             finished.standard_error(), finished.folds_size());
    }
    case v1::JournalRecord::kTrialCancelled:
      return absl::StrCat("trial ", record.trial_cancelled().trial(),
                          " cancelled: ", record.trial_cancelled().reason());
    case v1::JournalRecord::kTrialStopped:
      return absl::StrCat("trial ", record.trial_stopped().trial(),
                          " stopped: ", record.trial_stopped().reason());
    case v1::JournalRecord::kTrialPaused:
      return absl::StrCat("trial ", record.trial_paused().trial(),
                          " paused: ", record.trial_paused().reason());
    case v1::JournalRecord::kTrialResumed:
      return absl::StrCat("trial ", record.trial_resumed().trial(),
                          " goes on: ", record.trial_resumed().reason());
    case v1::JournalRecord::kMembersSelected:
      return absl::StrCat("ensemble of ", record.members_selected().members_size(),
                          " members: ", record.members_selected().reason());
    case v1::JournalRecord::kEnsembleBuilt:
      return EnsembleText(record.ensemble_built());
    case v1::JournalRecord::kSweepEnded:
      return absl::StrCat("sweep ", StateText(record.sweep_ended().state()), ": ",
                          record.sweep_ended().reason());
    default:
      return std::nullopt;
  }
}

}  // namespace pleat
