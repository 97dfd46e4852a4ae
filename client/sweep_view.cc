#include "client/sweep_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/folds/fold_assignment.h"
#include "common/metrics/metrics.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

std::string EndText(const v1::AttemptEnded& ended) {
  switch (ended.end()) {
    case v1::ATTEMPT_END_EXPIRED:
      return "its worker is lost; it goes on elsewhere";
    case v1::ATTEMPT_END_RELEASED:
      return "given back by its worker; it goes on elsewhere";
    case v1::ATTEMPT_END_CANCELLED:
      return "stopped";
    default:
      return absl::StrCat("failed: ", ended.message());
  }
}

std::string ParametersText(const v1::TrialAdded& added) {
  if (added.parameters().empty()) return "as the sweep says";
  std::string text;
  for (const v1::ParameterValue& parameter : added.parameters()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", parameter.path(), " = ", parameter.value());
  }
  return text;
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

}  // namespace

std::string TaskText(const std::string& task_id) {
  const std::optional<layout::TaskName> name = layout::ParseTaskId(task_id);
  if (!name) return task_id;
  if (name->kind == layout::TaskName::Kind::kPrepare) return "data preparation";
  return absl::StrCat(name->kind == layout::TaskName::Kind::kPredict ? "prediction of " : "",
                      "trial ", name->trial, " fold ", name->fold);
}

FoldView* SweepView::FindFold(const std::string& task) {
  const std::optional<layout::TaskName> name = layout::ParseTaskId(task);
  if (!name || name->kind != layout::TaskName::Kind::kTrain) return nullptr;
  const auto trial = trials_.find(name->trial);
  if (trial == trials_.end() || name->fold >= trial->second.folds.size()) return nullptr;
  return &trial->second.folds[name->fold];
}

void SweepView::Apply(const v1::WatchResponse& event) {
  if (event.has_record()) {
    ApplyRecord(event.record());
  } else if (FoldView* fold = FindFold(event.progress().task())) {
    fold->progress = event.progress().progress();
  }
}

void SweepView::ApplyRecord(const v1::JournalRecord& record) {
  sequence_ = record.sequence();
  switch (record.update_case()) {
    case v1::JournalRecord::kSweepSubmitted:
      name_ = record.sweep();
      spec_ = record.sweep_submitted().spec();
      fold_count_ = FoldCount(spec_.cross_validation());
      submitted_unix_ms_ = record.time_unix_ms();
      break;
    case v1::JournalRecord::kFoldsAssigned:
      phase_ = "trains";
      break;
    case v1::JournalRecord::kTrialAdded: {
      TrialView& trial = trials_[record.trial_added().trial()];
      trial.parameters.assign(record.trial_added().parameters().begin(),
                              record.trial_added().parameters().end());
      trial.folds.resize(fold_count_);
      break;
    }
    case v1::JournalRecord::kTaskLeased:
      if (record.task_leased().task() == layout::PrepareTaskId()) phase_ = "prepares the data";
      if (FoldView* fold = FindFold(record.task_leased().task())) {
        fold->state = v1::FOLD_STATE_RUNNING;
        fold->attempt = record.task_leased().attempt();
        fold->progress.set_epoch(record.task_leased().resumed_epoch());
      }
      break;
    case v1::JournalRecord::kEpochReported:
      if (FoldView* fold = FindFold(record.epoch_reported().task())) {
        fold->last_epoch = record.epoch_reported().metrics();
        fold->progress = v1::Progress();
        fold->progress.set_epoch(record.epoch_reported().metrics().epoch());
      }
      break;
    case v1::JournalRecord::kTaskCompleted:
      if (FoldView* fold = FindFold(record.task_completed().task())) {
        fold->state = v1::FOLD_STATE_DONE;
        fold->score = MetricValue(spec_.search().metric(),
                                  record.task_completed().result().train_fold().metrics());
      } else if (record.task_completed().result().has_predict()) {
        ++predictions_done_;
      }
      break;
    case v1::JournalRecord::kAttemptEnded:
      if (FoldView* fold = FindFold(record.attempt_ended().task())) {
        const bool over = record.attempt_ended().end() == v1::ATTEMPT_END_CANCELLED;
        fold->state = over ? v1::FOLD_STATE_CANCELLED : v1::FOLD_STATE_WAITING;
        fold->message = record.attempt_ended().message();
      }
      break;
    case v1::JournalRecord::kTaskAbandoned:
      if (FoldView* fold = FindFold(record.task_abandoned().task())) {
        fold->state = v1::FOLD_STATE_FAILED;
        fold->message = record.task_abandoned().reason();
      }
      break;
    case v1::JournalRecord::kTrialFinished:
      trials_[record.trial_finished().trial()].finished = record.trial_finished();
      break;
    case v1::JournalRecord::kTrialCancelled: {
      TrialView& trial = trials_[record.trial_cancelled().trial()];
      trial.cancelled = true;
      for (FoldView& fold : trial.folds) {
        if (fold.state != v1::FOLD_STATE_DONE) fold.state = v1::FOLD_STATE_CANCELLED;
      }
      break;
    }
    case v1::JournalRecord::kMembersSelected:
      phase_ = "predicts";
      members_ = static_cast<uint32_t>(record.members_selected().members_size());
      break;
    case v1::JournalRecord::kSweepEnded:
      ended_ = record.sweep_ended();
      phase_ = "done";
      break;
    default:
      break;
  }
}

std::optional<std::string> SweepView::EventLine(const v1::WatchResponse& event) const {
  if (!event.has_record()) return std::nullopt;
  const v1::JournalRecord& record = event.record();
  switch (record.update_case()) {
    case v1::JournalRecord::kSweepSubmitted:
      return absl::StrCat("sweep ", record.sweep(), " submitted");
    case v1::JournalRecord::kFoldsAssigned:
      return absl::StrCat("data is ready, rows are cut into ", record.folds_assigned().rows_size(),
                          " folds");
    case v1::JournalRecord::kTrialAdded:
      return absl::StrCat("trial ", record.trial_added().trial(), ": ",
                          ParametersText(record.trial_added()));
    case v1::JournalRecord::kTaskLeased: {
      const v1::TaskLeased& leased = record.task_leased();
      std::string text = absl::StrCat(TaskText(leased.task()), " begins");
      if (leased.resumed()) absl::StrAppend(&text, " again after epoch ", leased.resumed_epoch());
      if (leased.attempt() > 1) absl::StrAppend(&text, ", attempt ", leased.attempt());
      return text;
    }
    case v1::JournalRecord::kEpochReported: {
      const v1::EpochMetrics& metrics = record.epoch_reported().metrics();
      return absl::StrFormat("%s epoch %d/%d train_loss %.4f val_log_loss %.4f val_accuracy %.4f",
                             TaskText(record.epoch_reported().task()), metrics.epoch(), epochs(),
                             metrics.train_loss(), metrics.val_log_loss(), metrics.val_accuracy());
    }
    case v1::JournalRecord::kTaskCompleted:
      return absl::StrCat(TaskText(record.task_completed().task()), " done");
    case v1::JournalRecord::kAttemptEnded:
      return absl::StrCat(TaskText(record.attempt_ended().task()), ": ",
                          EndText(record.attempt_ended()));
    case v1::JournalRecord::kTaskAbandoned:
      return absl::StrCat(TaskText(record.task_abandoned().task()),
                          " given up: ", record.task_abandoned().reason());
    case v1::JournalRecord::kTrialFinished: {
      const v1::TrialFinished& finished = record.trial_finished();
      return absl::StrFormat("trial %d: %s %.4f ± %.4f over %d folds", finished.trial(),
                             spec_.search().metric().name(), finished.mean(),
                             finished.standard_error(), finished.folds_size());
    }
    case v1::JournalRecord::kTrialCancelled:
      return absl::StrCat("trial ", record.trial_cancelled().trial(),
                          " cancelled: ", record.trial_cancelled().reason());
    case v1::JournalRecord::kMembersSelected:
      return absl::StrCat("ensemble of ", record.members_selected().members_size(),
                          " members: ", record.members_selected().reason());
    case v1::JournalRecord::kEnsembleBuilt:
      return EnsembleText(record.ensemble_built());
    case v1::JournalRecord::kSweepEnded:
      return absl::StrCat("sweep ended: ", record.sweep_ended().reason());
    default:
      return std::nullopt;
  }
}

std::optional<uint32_t> SweepView::best_trial() const {
  const bool maximize = MetricIsMaximized(spec_.search().metric());
  std::optional<uint32_t> best;
  double best_mean = 0;
  for (const auto& [number, trial] : trials_) {
    if (!trial.finished || trial.cancelled) continue;
    const double mean = trial.finished->mean();
    if (best && (maximize ? mean <= best_mean : mean >= best_mean)) continue;
    best = number;
    best_mean = mean;
  }
  return best;
}

}  // namespace pleat
