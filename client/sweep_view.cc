#include "client/sweep_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/config/search_summary.h"
#include "common/config/trial_config.h"
#include "common/folds/splitter.h"
#include "common/metrics/metrics.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

constexpr char kTrains[] = "trains";

// Fills in what the search may choose of a trial's training.
void ReadTraining(const v1::SweepSpec& spec, TrialView* trial) {
  const absl::StatusOr<v1::TrialConfig> config = ResolveTrial(spec, /*trial=*/0, trial->parameters);
  const v1::TrainingSpec& training = config.ok() ? config->training() : spec.training();
  trial->epochs = EpochCount(training);
  trial->only_uses_weights = OnlyUsesWeights(training);
}

FoldView FoldFromStatus(const v1::FoldStatus& status, const v1::MetricSpec& metric) {
  FoldView fold;
  fold.state = status.state();
  fold.attempt = status.attempts();
  if (status.has_last_epoch()) fold.last_epoch = status.last_epoch();
  fold.progress = status.progress();
  if (status.has_result()) fold.score = MetricValue(metric, status.result().metrics());
  fold.message = status.message();
  return fold;
}

std::string PhaseFromStatus(const v1::GetResponse& status) {
  if (status.has_ended()) return "done";
  if (status.has_members() && !status.has_ensemble()) return "predicts";
  const bool is_external = IsExternalSearch(status.spec().search());
  if (status.trials_size() > 0 || (is_external && status.datasets_size() > 0)) return kTrains;
  return status.workers_size() > 0 ? "prepares the data" : "waits for workers";
}

std::string EffectFailedText(const v1::EffectFailed& failed) {
  return absl::StrCat("waits: ", failed.effect(), " failed: ", failed.message());
}

// Of a trial that left.
void CancelOpenFolds(TrialView* trial) {
  for (FoldView& fold : trial->folds) {
    if (fold.state != v1::FOLD_STATE_DONE) fold.state = v1::FOLD_STATE_CANCELLED;
  }
}

}  // namespace

SweepView SweepView::FromStatus(const v1::GetResponse& status) {
  SweepView view;
  view.name_ = status.summary().name();
  view.SetSpec(status.spec());
  view.fold_count_ = status.trials().empty() ? FoldCount(status.spec().cross_validation())
                                             : static_cast<uint32_t>(status.trials(0).folds_size());
  for (const v1::TrialStatus& trial_status : status.trials()) {
    TrialView& trial = view.trials_[trial_status.trial()];
    trial.parameters.assign(trial_status.parameters().begin(), trial_status.parameters().end());
    ReadTraining(view.spec_, &trial);
    for (const v1::FoldStatus& fold : trial_status.folds()) {
      trial.folds.push_back(FoldFromStatus(fold, view.spec_.search().metric()));
    }
    if (trial_status.has_finished()) trial.finished = trial_status.finished();
    trial.cancelled = trial_status.has_cancelled();
    trial.stopped = trial_status.has_stopped();
    trial.paused = trial_status.has_paused();
  }
  view.phase_ = PhaseFromStatus(status);
  if (status.has_search_finished()) view.trial_count_ = status.search_finished().trials();
  view.hold_ = status.hold();
  if (status.has_effect_failed()) view.effect_failed_ = EffectFailedText(status.effect_failed());
  if (status.has_search_ended()) view.EndSearch(status.search_ended());
  if (status.has_ended()) view.ended_ = status.ended();
  view.sequence_ = status.sequence();
  view.submitted_unix_ms_ = status.summary().submitted_unix_ms();
  view.ended_unix_ms_ = status.summary().ended_unix_ms();
  view.members_ = static_cast<uint32_t>(status.members().members_size());
  return view;
}

const std::string& SweepView::phase() const {
  static const std::string awaits = "waits for trials from outside";
  if (!hold_.empty()) return hold_;
  if (AwaitsTrials()) return awaits;
  return effect_failed_.empty() ? phase_ : effect_failed_;
}

bool SweepView::AwaitsTrials() const {
  if (!IsExternalSearch(spec_.search()) || phase_ != kTrains || trials_.size() >= trial_count_) {
    return false;
  }
  return std::ranges::all_of(trials_, [](const auto& entry) {
    return entry.second.finished.has_value() || entry.second.cancelled;
  });
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

void SweepView::SetSpec(const v1::SweepSpec& spec) {
  spec_ = spec;
  trial_count_ = TrialCount(spec);
}

void SweepView::EndSearch(const v1::SearchEnded& ended) {
  trial_count_ = ended.trials();
  if (phase_ == "trains") phase_ = "trains the last trials";
}

void SweepView::Reopen() {
  ended_.reset();
  ended_unix_ms_ = 0;
  predictions_done_ = 0;
  members_ = 0;
  phase_ = kTrains;
}

void SweepView::AddFolds() {
  for (auto& [number, trial] : trials_) {
    trial.finished.reset();
    trial.folds.resize(fold_count_);
    if (trial.cancelled || trial.stopped) CancelOpenFolds(&trial);
  }
}

void SweepView::RetryTrial(const v1::TrialRetried& retried) {
  TrialView& trial = trials_[retried.trial()];
  trial.finished.reset();
  trial.cancelled = false;
  trial.stopped = false;
  for (const uint32_t number : retried.folds()) {
    if (number >= trial.folds.size()) continue;
    trial.folds[number].state = v1::FOLD_STATE_WAITING;
    trial.folds[number].message.clear();
  }
}

void SweepView::ApplyRecord(const v1::JournalRecord& record) {
  sequence_ = record.sequence();
  switch (record.update_case()) {
    case v1::JournalRecord::kSweepSubmitted:
      *this = SweepView();
      sequence_ = record.sequence();
      name_ = record.sweep();
      SetSpec(record.sweep_submitted().spec());
      fold_count_ = FoldCount(spec_.cross_validation());
      submitted_unix_ms_ = record.time_unix_ms();
      break;
    case v1::JournalRecord::kFoldsAssigned:
      fold_count_ = static_cast<uint32_t>(record.folds_assigned().rows_size());
      AddFolds();
      phase_ = kTrains;
      effect_failed_.clear();
      break;
    case v1::JournalRecord::kEffectFailed:
      effect_failed_ = EffectFailedText(record.effect_failed());
      break;
    case v1::JournalRecord::kHoldChanged:
      hold_ = record.hold_changed().reason();
      break;
    case v1::JournalRecord::kTrialAdded: {
      TrialView& trial = trials_[record.trial_added().trial()];
      trial.parameters.assign(record.trial_added().parameters().begin(),
                              record.trial_added().parameters().end());
      ReadTraining(spec_, &trial);
      trial.folds.resize(fold_count_);
      break;
    }
    case v1::JournalRecord::kSearchEnded:
      EndSearch(record.search_ended());
      break;
    case v1::JournalRecord::kSearchFinished:
      trial_count_ = record.search_finished().trials();
      break;
    case v1::JournalRecord::kSweepExtended:
      Reopen();
      if (record.sweep_extended().trials() != record.sweep_extended().trials_before()) {
        spec_.mutable_search()->set_max_trials(record.sweep_extended().trials());
        trial_count_ = record.sweep_extended().trials();
      }
      break;
    case v1::JournalRecord::kTrialRetried:
      Reopen();
      RetryTrial(record.trial_retried());
      break;
    case v1::JournalRecord::kLimitsChanged:
      spec_.mutable_search()->set_max_trials(record.limits_changed().max_trials());
      if (!ended_) trial_count_ = TrialCount(spec_);
      break;
    case v1::JournalRecord::kTaskLeased:
      if (record.task_leased().task() == layout::PrepareTaskId()) phase_ = "prepares the data";
      if (FoldView* fold = FindFold(record.task_leased().task())) {
        fold->state = v1::FOLD_STATE_RUNNING;
        fold->attempt = record.task_leased().attempt();
        fold->progress = v1::Progress();
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
    case v1::JournalRecord::kResultHeld:
      if (FoldView* fold = FindFold(record.result_held().task())) {
        fold->state = v1::FOLD_STATE_WAITING;
        fold->message = record.result_held().reason();
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
      trial.paused = false;
      CancelOpenFolds(&trial);
      break;
    }
    case v1::JournalRecord::kTrialStopped: {
      TrialView& trial = trials_[record.trial_stopped().trial()];
      trial.stopped = true;
      trial.paused = false;
      CancelOpenFolds(&trial);
      break;
    }
    case v1::JournalRecord::kTrialPaused:
      trials_[record.trial_paused().trial()].paused = true;
      break;
    case v1::JournalRecord::kTrialResumed:
      trials_[record.trial_resumed().trial()].paused = false;
      break;
    case v1::JournalRecord::kMembersSelected:
      phase_ = "predicts";
      effect_failed_.clear();
      members_ = static_cast<uint32_t>(record.members_selected().members_size());
      break;
    case v1::JournalRecord::kSweepEnded:
      ended_ = record.sweep_ended();
      ended_unix_ms_ = record.time_unix_ms();
      phase_ = "done";
      hold_.clear();
      effect_failed_.clear();
      break;
    default:
      break;
  }
}

std::optional<uint32_t> SweepView::best_trial() const {
  const bool maximize = MetricIsMaximized(spec_.search().metric());
  std::optional<uint32_t> best;
  double best_mean = 0;
  for (const auto& [number, trial] : trials_) {
    if (!trial.has_score()) continue;
    const double mean = trial.finished->mean();
    if (best && (maximize ? mean <= best_mean : mean >= best_mean)) continue;
    best = number;
    best_mean = mean;
  }
  return best;
}

}  // namespace pleat
