#include "coordinator/service/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::HasSubstr;

v1::JournalRecord Leased() {
  v1::JournalRecord record;
  record.set_sequence(9);
  record.mutable_task_leased()->set_task("train/0003/1");
  record.mutable_task_leased()->set_attempt(2);
  record.mutable_task_leased()->set_worker("w2");
  record.mutable_task_leased()->set_reason("fold 1 is next");
  return record;
}

TEST(Explain, SaysWhatWasDecidedAboutWhatAndWhy) {
  const auto decision = ExplainRecord(Leased(), v1::ExplainRequest());
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->sequence(), 9);
  EXPECT_EQ(decision->subject(), "trial 3 fold 1");
  EXPECT_EQ(decision->decision(), "leased to worker w2, attempt 2");
  EXPECT_EQ(decision->reason(), "fold 1 is next");
}

TEST(Explain, SaysWhereAResumedAttemptGoesOn) {
  v1::JournalRecord record = Leased();
  record.mutable_task_leased()->set_resumed(true);
  record.mutable_task_leased()->set_resumed_epoch(4);
  EXPECT_THAT(ExplainRecord(record, v1::ExplainRequest())->decision(),
              HasSubstr("goes on after epoch 4"));
}

TEST(Explain, SaysThatAWorkerWithOtherDataIsKeptAway) {
  v1::JournalRecord record;
  record.mutable_attempt_ended()->set_task("train/0003/1");
  record.mutable_attempt_ended()->set_attempt(2);
  record.mutable_attempt_ended()->set_end(v1::ATTEMPT_END_FAILED);
  record.mutable_attempt_ended()->set_failure(v1::FAILURE_KIND_DATA);
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(),
            "attempt 2 failed; its worker gets no more of this sweep");
}

TEST(Explain, SaysWhatIsTriedAgainAndWhen) {
  v1::JournalRecord record;
  record.mutable_attempt_ended()->set_task("train/0003/1");
  record.mutable_attempt_ended()->set_attempt(2);
  record.mutable_attempt_ended()->set_end(v1::ATTEMPT_END_FAILED);
  record.mutable_attempt_ended()->set_retry_after_ms(8'000);
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(),
            "attempt 2 failed, to be tried again in 8 s");
  record.mutable_task_ready()->set_task("train/0003/1");
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(), "waits for a group again");
  v1::EffectFailed& effect = *record.mutable_effect_failed();
  effect.set_effect("cutting the folds");
  effect.set_message("no space");
  effect.set_failures(3);
  effect.set_retry_after_ms(4'000);
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(),
            "cutting the folds failed (failure 3), to be tried again in 4 s");
}

TEST(Explain, SaysWhichCheckpointIsDamagedAndWhatComesInstead) {
  v1::JournalRecord record;
  v1::CheckpointQuarantined& update = *record.mutable_checkpoint_quarantined();
  update.set_task("train/0003/1");
  update.mutable_checkpoint()->set_epoch(3);
  update.mutable_checkpoint()->set_global_step(14);
  update.set_message("state.json is damaged");
  const auto decision = ExplainRecord(record, v1::ExplainRequest());
  EXPECT_EQ(decision->subject(), "trial 3 fold 1");
  EXPECT_EQ(decision->decision(),
            "checkpoint of step 14 (epoch 3) set aside as damaged; starts again");
  EXPECT_EQ(decision->reason(), "state.json is damaged");
  update.mutable_resume_from()->set_global_step(10);
  update.mutable_resume_from()->set_epoch(2);
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(),
            "checkpoint of step 14 (epoch 3) set aside as damaged; goes on from the one before it "
            "(step 10 (epoch 2))");
}

TEST(Explain, SaysWhatWasRemovedAndWhatIsNotKept) {
  v1::JournalRecord record;
  record.mutable_garbage_collected()->set_files(1);
  record.mutable_garbage_collected()->set_bytes(1'500'000);
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(), "1 file removed, 1.5 MB");
  record.mutable_garbage_collected()->set_files(0);
  EXPECT_FALSE(ExplainRecord(record, v1::ExplainRequest()).has_value());
  record.mutable_weights_freed()->set_keep("members");
  record.mutable_weights_freed()->add_tasks("train/0001/0");
  const auto decision = ExplainRecord(record, v1::ExplainRequest());
  EXPECT_EQ(decision->decision(), "the weights of 1 fold are no longer kept");
  EXPECT_EQ(decision->reason(), "resources.keep: members");
}

TEST(Explain, SaysWhatAnAttemptWaitsFor) {
  v1::JournalRecord record;
  record.mutable_task_waiting()->set_task("train/0003/1");
  record.mutable_task_waiting()->set_attempt(2);
  record.mutable_task_waiting()->set_reason("no space");
  const auto decision = ExplainRecord(record, v1::ExplainRequest());
  EXPECT_EQ(decision->decision(), "attempt 2 waits");
  EXPECT_EQ(decision->reason(), "no space");
  record.mutable_task_waiting()->clear_reason();
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(), "attempt 2 goes on");
}

TEST(Explain, SaysWhyASweepIsHeld) {
  v1::JournalRecord record;
  record.mutable_hold_changed()->set_reason("the disk has no space");
  const auto held = ExplainRecord(record, v1::ExplainRequest());
  EXPECT_EQ(held->decision(), "held");
  EXPECT_EQ(held->reason(), "the disk has no space");
  record.mutable_hold_changed()->clear_reason();
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(), "goes on");
}

TEST(Explain, SaysHowManyTrialsWereTakenFromWhichSweep) {
  v1::JournalRecord record;
  for (const char* name : {"first", "second"}) {
    v1::WarmStartSource& source = *record.mutable_warm_start_fixed()->add_sources();
    source.set_sweep(name);
    source.add_trials();
    source.set_reason("1 of 5 trials; left out: 4 since they did not finish");
  }
  const auto decision = ExplainRecord(record, v1::ExplainRequest());
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->subject(), "search");
  EXPECT_EQ(decision->decision(), "begins with 2 trials of earlier sweeps");
  EXPECT_EQ(
      decision->reason(),
      "of sweep first 1 of 5 trials; left out: 4 since they did not finish; of sweep second 1 "
      "of 5 trials; left out: 4 since they did not finish");
}

TEST(Explain, SaysWhyASearchEndedEarly) {
  v1::JournalRecord record;
  record.mutable_search_ended()->set_trials(7);
  record.mutable_search_ended()->set_reason("search.budget.fold_epochs is spent");
  const auto decision = ExplainRecord(record, v1::ExplainRequest());
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->subject(), "search");
  EXPECT_EQ(decision->decision(), "ended after 7 trials");
  EXPECT_EQ(decision->reason(), "search.budget.fold_epochs is spent");
}

TEST(Explain, SaysWhatSomebodyChanged) {
  v1::JournalRecord record;
  v1::SweepExtended& extended = *record.mutable_sweep_extended();
  extended.set_trials_before(4);
  extended.set_trials(8);
  extended.set_reopened(true);
  extended.set_reason("asked for 4 more trials");
  const auto extension = ExplainRecord(record, v1::ExplainRequest());
  EXPECT_EQ(extension->decision(), "extended from 4 to 8 trials, so it goes on");
  EXPECT_EQ(extension->reason(), "asked for 4 more trials");
  v1::TrialRetried& retried = *record.mutable_trial_retried();
  retried.set_trial(3);
  retried.add_folds(1);
  retried.add_folds(2);
  v1::ExplainRequest request;
  request.set_trial(3);
  request.set_fold(2);
  EXPECT_EQ(ExplainRecord(record, request)->decision(), "folds 1, 2 to be trained again");
  request.set_fold(0);
  EXPECT_FALSE(ExplainRecord(record, request));
  v1::LimitChange& change = *record.mutable_limits_changed()->add_changes();
  change.set_path("search.max_trials");
  change.set_from("8");
  change.set_to("12");
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->decision(),
            "search.max_trials changed from 8 to 12");
}

TEST(Explain, LeavesOutOtherTrialsAndFolds) {
  v1::ExplainRequest request;
  request.set_trial(3);
  EXPECT_TRUE(ExplainRecord(Leased(), request));
  request.set_fold(1);
  EXPECT_TRUE(ExplainRecord(Leased(), request));
  request.set_fold(0);
  EXPECT_FALSE(ExplainRecord(Leased(), request));
  request.set_trial(2);
  EXPECT_FALSE(ExplainRecord(Leased(), request));
}

TEST(Explain, LeavesOutFiguresThatAreNoDecisions) {
  v1::JournalRecord record;
  record.mutable_epoch_reported()->set_task("train/0003/1");
  EXPECT_FALSE(ExplainRecord(record, v1::ExplainRequest()));
}

TEST(Explain, NamesHowASweepEnded) {
  v1::JournalRecord record;
  record.mutable_sweep_ended()->set_state(v1::SWEEP_STATE_FAILED);
  record.mutable_sweep_ended()->set_reason("no fold finished");
  const auto decision = ExplainRecord(record, v1::ExplainRequest());
  EXPECT_EQ(decision->decision(), "failed");
  EXPECT_EQ(decision->reason(), "no fold finished");
}

TEST(Explain, SaysWhatWasTakenOfEarlierWeights) {
  v1::JournalRecord record;
  v1::TaskCompleted& completed = *record.mutable_task_completed();
  completed.set_task("train/0003/1");
  completed.set_attempt(1);
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->reason(), "");
  v1::WeightTransfer& transfer =
      *completed.mutable_result()->mutable_train_fold()->mutable_transfer();
  transfer.add_taken("stem.weight");
  transfer.add_taken("stem.bias");
  transfer.add_misfits("out.bias [10], here [5]");
  transfer.add_unused("old.bias");
  EXPECT_EQ(ExplainRecord(record, v1::ExplainRequest())->reason(),
            "took 2 tensors of earlier weights; of another shape: out.bias [10], here [5]; unused: "
            "old.bias");
}

}  // namespace
}  // namespace pleat
