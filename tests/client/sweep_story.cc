#include "tests/client/sweep_story.h"

#include "common/store/store_layout.h"

namespace pleat {

SweepStory::SweepStory(uint32_t folds, uint32_t max_trials, uint32_t epochs) : folds_(folds) {
  v1::JournalRecord submitted;
  v1::SweepSpec* spec = submitted.mutable_sweep_submitted()->mutable_spec();
  spec->set_name("story");
  spec->mutable_cross_validation()->mutable_k_fold()->set_folds(folds);
  spec->mutable_training()->set_epochs(epochs);
  spec->mutable_search()->mutable_method()->mutable_random();
  spec->mutable_search()->mutable_metric()->set_name("val_log_loss");
  spec->mutable_search()->mutable_metric()->set_goal("auto");
  spec->mutable_search()->set_max_trials(max_trials);
  v1::ParameterSpec* lr = spec->mutable_search()->add_parameters();
  lr->set_key("training.optimizer.adam_w.lr");
  lr->mutable_log_uniform()->set_min(1e-4);
  lr->mutable_log_uniform()->set_max(1e-2);
  Apply(submitted);
  v1::JournalRecord assigned;
  for (uint32_t fold = 0; fold < folds; ++fold) assigned.mutable_folds_assigned()->add_rows(100);
  Apply(assigned);
}

v1::WatchResponse SweepStory::AddTrial(uint32_t trial, const std::string& lr) {
  v1::JournalRecord record;
  record.mutable_trial_added()->set_trial(trial);
  v1::ParameterValue* parameter = record.mutable_trial_added()->add_parameters();
  parameter->set_path("training.optimizer.adam_w.lr");
  parameter->set_value(lr);
  return Apply(record);
}

v1::WatchResponse SweepStory::Lease(uint32_t trial, uint32_t fold, uint64_t attempt,
                                    uint32_t resumed_epoch) {
  v1::JournalRecord record;
  v1::TaskLeased* leased = record.mutable_task_leased();
  leased->set_task(layout::TrainTaskId(trial, fold));
  leased->set_attempt(attempt);
  leased->set_resumed(resumed_epoch > 0);
  leased->set_resumed_epoch(resumed_epoch);
  return Apply(record);
}

v1::WatchResponse SweepStory::Epoch(uint32_t trial, uint32_t fold, uint32_t epoch,
                                    double log_loss) {
  v1::JournalRecord record;
  record.mutable_epoch_reported()->set_task(layout::TrainTaskId(trial, fold));
  v1::EpochMetrics* metrics = record.mutable_epoch_reported()->mutable_metrics();
  metrics->set_epoch(epoch);
  metrics->set_train_loss(log_loss);
  metrics->set_val_log_loss(log_loss);
  metrics->set_val_accuracy(0.9);
  metrics->set_seconds(2);
  return Apply(record);
}

v1::WatchResponse SweepStory::Complete(uint32_t trial, uint32_t fold, double log_loss) {
  v1::JournalRecord record;
  record.mutable_task_completed()->set_task(layout::TrainTaskId(trial, fold));
  record.mutable_task_completed()
      ->mutable_result()
      ->mutable_train_fold()
      ->mutable_metrics()
      ->set_val_log_loss(log_loss);
  return Apply(record);
}

v1::WatchResponse SweepStory::EndAttempt(uint32_t trial, uint32_t fold, v1::AttemptEnd end,
                                         const std::string& message) {
  v1::JournalRecord record;
  record.mutable_attempt_ended()->set_task(layout::TrainTaskId(trial, fold));
  record.mutable_attempt_ended()->set_end(end);
  record.mutable_attempt_ended()->set_message(message);
  return Apply(record);
}

v1::WatchResponse SweepStory::Abandon(uint32_t trial, uint32_t fold, const std::string& reason) {
  v1::JournalRecord record;
  record.mutable_task_abandoned()->set_task(layout::TrainTaskId(trial, fold));
  record.mutable_task_abandoned()->set_reason(reason);
  return Apply(record);
}

v1::WatchResponse SweepStory::FinishTrial(uint32_t trial, double mean, double standard_error) {
  v1::JournalRecord record;
  record.mutable_trial_finished()->set_trial(trial);
  record.mutable_trial_finished()->set_mean(mean);
  record.mutable_trial_finished()->set_standard_error(standard_error);
  for (uint32_t fold = 0; fold < folds_; ++fold) record.mutable_trial_finished()->add_folds(fold);
  return Apply(record);
}

v1::WatchResponse SweepStory::CancelTrial(uint32_t trial) {
  v1::JournalRecord record;
  record.mutable_trial_cancelled()->set_trial(trial);
  record.mutable_trial_cancelled()->set_reason("asked for");
  return Apply(record);
}

v1::WatchResponse SweepStory::Progress(uint32_t trial, uint32_t fold, uint32_t epoch, uint64_t step,
                                       uint64_t steps) {
  v1::WatchResponse event;
  event.mutable_progress()->set_task(layout::TrainTaskId(trial, fold));
  event.mutable_progress()->mutable_progress()->set_epoch(epoch);
  event.mutable_progress()->mutable_progress()->set_step(step);
  event.mutable_progress()->mutable_progress()->set_steps(steps);
  view_.Apply(event);
  return event;
}

v1::WatchResponse SweepStory::Apply(v1::JournalRecord record) {
  record.set_sequence(++sequence_);
  record.set_time_unix_ms(1'700'000'000'000 + static_cast<int64_t>(sequence_) * 1000);
  record.set_sweep("story");
  v1::WatchResponse event;
  *event.mutable_record() = record;
  view_.Apply(event);
  return event;
}

}  // namespace pleat
