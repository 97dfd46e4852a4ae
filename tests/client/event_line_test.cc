#include "client/event_line.h"

#include <gtest/gtest.h>

#include "tests/client/sweep_story.h"

namespace pleat {
namespace {

TEST(EventLine, TellsEpochsOfHowMany) {
  SweepStory story(4, 1);
  story.AddTrial(0);
  EXPECT_EQ(EventLine(story.Epoch(0, 1, 3, 0.25), story.view()),
            "trial 0 fold 1 epoch 3/8 train_loss 0.2500 val_log_loss 0.2500 val_accuracy 0.9000");
}

TEST(EventLine, TellsThatAFoldEndedEarly) {
  SweepStory story(4, 1, /*epochs=*/8);
  story.AddTrial(0);
  story.Epoch(0, 1, 3);
  story.Epoch(0, 2, 8);
  SweepView before = story.view();
  EXPECT_EQ(EventLine(story.Complete(0, 1, 0.25), before),
            "trial 0 fold 1 done, ended early after epoch 3 of 8");
  EXPECT_EQ(EventLine(story.Complete(0, 2, 0.25), before), "trial 0 fold 2 done");
}

TEST(EventLine, TellsThatLostFoldsGoOn) {
  SweepStory story(4, 1);
  story.AddTrial(0);
  EXPECT_EQ(EventLine(story.EndAttempt(0, 1, v1::ATTEMPT_END_EXPIRED), story.view()),
            "trial 0 fold 1: its worker is lost; it goes on elsewhere");
  EXPECT_EQ(EventLine(story.EndAttempt(0, 1, v1::ATTEMPT_END_RELEASED), story.view()),
            "trial 0 fold 1: given back by its worker; it goes on elsewhere");
  EXPECT_EQ(EventLine(story.Lease(0, 1, 2, 5), story.view()),
            "trial 0 fold 1 begins again after epoch 5, attempt 2");
}

TEST(EventLine, TellsThatMemoryIsSavedWhereItIs) {
  v1::WatchResponse event;
  v1::AttemptEnded& ended = *event.mutable_record()->mutable_attempt_ended();
  ended.set_end(v1::ATTEMPT_END_FAILED);
  ended.set_failure(v1::FAILURE_KIND_OUT_OF_MEMORY);
  ended.set_message("out of memory");
  ended.set_retry_after_ms(1'000);
  ended.set_task("train/0000/1");
  EXPECT_EQ(EventLine(event, SweepView()),
            "trial 0 fold 1: failed, to be tried again in 1 s with activations recomputed: out of "
            "memory");
  // Not of a prediction, nor where nothing is tried again.
  ended.set_task("predict/0000/1");
  EXPECT_EQ(EventLine(event, SweepView()),
            "prediction of trial 0 fold 1: failed, to be tried again in 1 s: out of memory");
  ended.set_task("train/0000/1");
  ended.clear_retry_after_ms();
  EXPECT_EQ(EventLine(event, SweepView()), "trial 0 fold 1: failed: out of memory");
}

TEST(EventLine, TellsATrialsScoreWithItsError) {
  SweepStory story(4, 1);
  story.AddTrial(2);
  EXPECT_EQ(EventLine(story.FinishTrial(2, 0.125, 0.004), story.view()),
            "trial 2: val_log_loss 0.1250 ± 0.0040 over 4 folds");
}

TEST(EventLine, TellsWhatSomebodyChanged) {
  SweepStory story(4, 1);
  v1::JournalRecord record;
  record.mutable_sweep_extended()->set_trials_before(4);
  record.mutable_sweep_extended()->set_trials(8);
  record.mutable_sweep_extended()->set_reopened(true);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "the sweep has 8 trials now, after 4; it goes on");
  record.mutable_sweep_extended()->set_repeats_before(1);
  record.mutable_sweep_extended()->set_repeats(3);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "the sweep has 3 repeats now, after 1; it goes on");
  record.mutable_trial_retried()->set_trial(3);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "trial 3: counts with all its folds");
  record.mutable_trial_retried()->add_folds(1);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "trial 3: fold 1 is trained again");
  record.mutable_trial_retried()->add_folds(2);
  record.mutable_trial_retried()->set_fresh(true);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "trial 3: folds 1, 2 are trained again from the beginning");
  v1::LimitChange& change = *record.mutable_limits_changed()->add_changes();
  change.set_path("search.max_trials");
  change.set_from("8");
  change.set_to("12");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "search.max_trials is 12 now, after 8");
}

TEST(EventLine, TellsWhatIsTriedAgainAndWhen) {
  SweepStory story(4, 1);
  v1::JournalRecord failed;
  failed.mutable_attempt_ended()->set_task("train/0000/1");
  failed.mutable_attempt_ended()->set_end(v1::ATTEMPT_END_FAILED);
  failed.mutable_attempt_ended()->set_message("no memory");
  EXPECT_EQ(EventLine(story.Apply(failed), story.view()), "trial 0 fold 1: failed: no memory");
  failed.mutable_attempt_ended()->set_retry_after_ms(8'000);
  EXPECT_EQ(EventLine(story.Apply(failed), story.view()),
            "trial 0 fold 1: failed, to be tried again in 8 s: no memory");
  v1::JournalRecord effect;
  effect.mutable_effect_failed()->set_effect("cutting the folds");
  effect.mutable_effect_failed()->set_message("no space");
  effect.mutable_effect_failed()->set_retry_after_ms(2'000);
  EXPECT_EQ(EventLine(story.Apply(effect), story.view()),
            "cutting the folds failed, to be tried again in 2 s: no space");
}

TEST(EventLine, TellsThatTasksAreHeldBackAndHandedOutAgain) {
  SweepStory story(4, 1);
  v1::JournalRecord record;
  record.mutable_hold_changed()->set_reason("the disk has no space");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "the disk has no space");
  record.mutable_hold_changed()->clear_reason();
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "tasks are handed out again");
}

TEST(EventLine, TellsOfDamagedCheckpoints) {
  SweepStory story(4, 1);
  v1::JournalRecord record;
  v1::CheckpointQuarantined& found = *record.mutable_checkpoint_quarantined();
  found.set_task("train/0000/1");
  found.mutable_checkpoint()->set_global_step(14);
  found.set_message("state.json is damaged");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "trial 0 fold 1: its checkpoint of step 14 is damaged; it starts again: state.json is "
            "damaged");
  found.mutable_resume_from()->set_global_step(10);
  EXPECT_EQ(
      EventLine(story.Apply(record), story.view()),
      "trial 0 fold 1: its checkpoint of step 14 is damaged; it goes on from step 10: state.json "
      "is damaged");
}

TEST(EventLine, TellsOfAttemptsThatWait) {
  SweepStory story(4, 1);
  v1::JournalRecord record;
  record.mutable_task_waiting()->set_task("train/0000/1");
  record.mutable_task_waiting()->set_reason("no space");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "trial 0 fold 1 waits: no space");
  record.mutable_task_waiting()->clear_reason();
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "trial 0 fold 1 goes on");
}

TEST(EventLine, TellsOfGarbageIfThereWasAny) {
  SweepStory story(4, 1);
  v1::JournalRecord record;
  record.mutable_garbage_collected()->set_files(12);
  record.mutable_garbage_collected()->set_bytes(40'200'000);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "12 files that nobody needs were removed, 40.2 MB");
  record.mutable_garbage_collected()->set_files(0);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), std::nullopt);
  record.mutable_weights_freed()->set_keep("members");
  record.mutable_weights_freed()->add_tasks("train/0001/0");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "the weights of 1 fold are no longer kept (keep: members)");
}

TEST(EventLine, TellsThatNoMoreTrialsCome) {
  SweepStory story(4, 3);
  v1::JournalRecord record;
  record.mutable_search_finished()->set_trials(2);
  EXPECT_EQ(EventLine(story.Apply(record), story.view()), "the search is over: 2 trials");
}

TEST(EventLine, IsSilentAboutCheckpointsAndLiveProgress) {
  SweepStory story(4, 1);
  v1::JournalRecord checkpoint;
  checkpoint.mutable_checkpoint_published();
  EXPECT_FALSE(EventLine(story.Apply(checkpoint), story.view()).has_value());
  EXPECT_FALSE(EventLine(story.Progress(0, 0, 1, 1, 2), story.view()).has_value());
}

TEST(EventLine, TellsWhatTheSearchLearnsFrom) {
  SweepStory story(4, 1);
  v1::JournalRecord record;
  for (const char* name : {"first", "second"}) {
    v1::WarmStartSource& source = *record.mutable_warm_start_fixed()->add_sources();
    source.set_sweep(name);
    source.add_trials();
  }
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "the search learns from 1 trials of sweep first, 1 trials of sweep second too");
}

TEST(EventLine, TellsThatTheSearchEnded) {
  SweepStory story(4, 9);
  story.AddTrial(0);
  v1::JournalRecord record;
  record.mutable_search_ended()->set_trials(1);
  record.mutable_search_ended()->set_reason("search.budget.wall_time is spent");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "the search ended after 1 trials: search.budget.wall_time is spent");
  EXPECT_EQ(story.view().trial_count(), 1u);
}

TEST(EventLine, NamesTasksInWords) {
  EXPECT_EQ(TaskText("prepare"), "data preparation");
  EXPECT_EQ(TaskText("train/0003/2"), "trial 3 fold 2");
  EXPECT_EQ(TaskText("predict/0003/2"), "prediction of trial 3 fold 2");
  EXPECT_EQ(TaskText("what/ever"), "what/ever");
}

TEST(EventLine, TellsWhatATrialBeginsWith) {
  SweepStory story(2, 1);
  v1::JournalRecord record;
  record.mutable_trial_added()->add_start_weights()->set_origin("sweep a, trial 1, fold 0");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "trial 0: as the sweep says, begins with the weights of sweep a, trial 1, fold 0");
  record.mutable_trial_added()->add_start_weights()->set_origin("sweep a, trial 1, fold 1");
  EXPECT_EQ(EventLine(story.Apply(record), story.view()),
            "trial 0: as the sweep says, begins with the weights of sweep a, trial 1, fold 0, and "
            "so on");
}

}  // namespace
}  // namespace pleat
