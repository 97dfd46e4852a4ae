#include "client/sweep_view.h"

#include <gtest/gtest.h>

#include "tests/client/sweep_story.h"

namespace pleat {
namespace {

const FoldView& FoldOf(const SweepStory& story, uint32_t trial, uint32_t fold) {
  return story.view().trials().at(trial).folds.at(fold);
}

TEST(SweepView, FollowsAFoldFromWaitingToDone) {
  SweepStory story(/*folds=*/2, /*max_trials=*/1);
  story.AddTrial(0);
  EXPECT_EQ(FoldOf(story, 0, 1).state, v1::FOLD_STATE_WAITING);
  story.Lease(0, 1);
  EXPECT_EQ(FoldOf(story, 0, 1).state, v1::FOLD_STATE_RUNNING);
  story.Epoch(0, 1, 3, 0.25);
  story.Progress(0, 1, 3, 10, 40);
  EXPECT_EQ(FoldOf(story, 0, 1).last_epoch->epoch(), 3u);
  EXPECT_EQ(FoldOf(story, 0, 1).progress.step(), 10u);
  story.Complete(0, 1, 0.125);
  EXPECT_EQ(FoldOf(story, 0, 1).state, v1::FOLD_STATE_DONE);
  EXPECT_EQ(FoldOf(story, 0, 1).score, 0.125);
  EXPECT_EQ(FoldOf(story, 0, 0).state, v1::FOLD_STATE_WAITING);
}

TEST(SweepView, AFoldWhoseWorkerIsLostWaitsAgain) {
  SweepStory story(2, 1);
  story.AddTrial(0);
  story.Lease(0, 0);
  story.EndAttempt(0, 0, v1::ATTEMPT_END_EXPIRED);
  EXPECT_EQ(FoldOf(story, 0, 0).state, v1::FOLD_STATE_WAITING);
  story.Lease(0, 0, /*attempt=*/2, /*resumed_epoch=*/5);
  EXPECT_EQ(FoldOf(story, 0, 0).state, v1::FOLD_STATE_RUNNING);
  EXPECT_EQ(FoldOf(story, 0, 0).progress.epoch(), 5u);
}

TEST(SweepView, SaysWhatItIsHeldUpBy) {
  SweepStory story(2, 1);
  v1::JournalRecord record;
  record.mutable_hold_changed()->set_reason("the disk has no space");
  story.Apply(record);
  EXPECT_EQ(story.view().phase(), "the disk has no space");
  record.mutable_hold_changed()->clear_reason();
  story.Apply(record);
  EXPECT_EQ(story.view().phase(), SweepStory(2, 1).view().phase());
  v1::JournalRecord failed;
  failed.mutable_effect_failed()->set_effect("cutting the folds");
  failed.mutable_effect_failed()->set_message("no space");
  story.Apply(failed);
  EXPECT_EQ(story.view().phase(), "waits: cutting the folds failed: no space");
  v1::JournalRecord cut;
  cut.mutable_folds_assigned();
  story.Apply(cut);
  EXPECT_EQ(story.view().phase(), "trains");
}

TEST(SweepView, AHoldOutlastsWhatEndsDuringIt) {
  SweepStory story(2, 1);
  v1::JournalRecord record;
  record.mutable_hold_changed()->set_reason("the disk has no space");
  story.Apply(record);
  record.mutable_effect_failed()->set_effect("cutting the folds");
  story.Apply(record);
  record.mutable_folds_assigned();
  story.Apply(record);
  record.mutable_members_selected();
  story.Apply(record);
  EXPECT_EQ(story.view().phase(), "the disk has no space");
  record.mutable_hold_changed();
  story.Apply(record);
  EXPECT_EQ(story.view().phase(), "predicts");
}

TEST(SweepView, ADescriptionSaysWhatItIsHeldUpBy) {
  v1::GetResponse status;
  status.mutable_effect_failed()->set_effect("cutting the folds");
  status.mutable_effect_failed()->set_message("no space");
  EXPECT_EQ(SweepView::FromStatus(status).phase(), "waits: cutting the folds failed: no space");
  status.set_hold("the disk has no space");
  SweepView view = SweepView::FromStatus(status);
  EXPECT_EQ(view.phase(), "the disk has no space");
  v1::WatchResponse event;
  event.mutable_record()->mutable_hold_changed();
  view.Apply(event);
  event.mutable_record()->mutable_folds_assigned();
  view.Apply(event);
  EXPECT_EQ(view.phase(), "trains");
}

TEST(SweepView, WaitsForTrialsFromOutsideUntilThereWillBeNoMore) {
  v1::GetResponse status;
  status.mutable_spec()->mutable_search()->mutable_method()->mutable_external();
  status.mutable_spec()->mutable_search()->set_max_trials(3);
  status.mutable_spec()->mutable_search()->add_parameters()->set_key("training.epochs");
  EXPECT_EQ(SweepView::FromStatus(status).phase(), "waits for workers");
  status.add_datasets();
  EXPECT_EQ(SweepView::FromStatus(status).phase(), "waits for trials from outside");
  status.add_trials();
  EXPECT_EQ(SweepView::FromStatus(status).phase(), "trains");
  status.mutable_trials(0)->mutable_finished();
  SweepView view = SweepView::FromStatus(status);
  EXPECT_EQ(view.phase(), "waits for trials from outside");
  EXPECT_EQ(view.trial_count(), 3u);
  v1::WatchResponse finished;
  finished.mutable_record()->mutable_search_finished()->set_trials(1);
  view.Apply(finished);
  EXPECT_EQ(view.phase(), "trains");
  EXPECT_EQ(view.trial_count(), 1u);
  status.mutable_search_finished()->set_trials(1);
  EXPECT_EQ(SweepView::FromStatus(status).trial_count(), 1u);
}

TEST(SweepView, ACancelledTrialKeepsItsFinishedFolds) {
  SweepStory story(2, 1);
  story.AddTrial(0);
  story.Lease(0, 0);
  story.Complete(0, 0, 0.5);
  story.CancelTrial(0);
  EXPECT_EQ(FoldOf(story, 0, 0).state, v1::FOLD_STATE_DONE);
  EXPECT_EQ(FoldOf(story, 0, 1).state, v1::FOLD_STATE_CANCELLED);
}

TEST(SweepView, GoesOnAfterItsEnd) {
  SweepStory story(2, 1);
  story.AddTrial(0);
  story.Complete(0, 0, 0.5);
  story.Abandon(0, 1, "no memory");
  story.FinishTrial(0, 0.5, 0);
  v1::JournalRecord record;
  record.mutable_sweep_ended()->set_state(v1::SWEEP_STATE_DEGRADED);
  story.Apply(record);
  ASSERT_TRUE(story.view().ended());
  record.mutable_trial_retried()->set_trial(0);
  record.mutable_trial_retried()->add_folds(1);
  story.Apply(record);
  EXPECT_FALSE(story.view().ended());
  EXPECT_EQ(story.view().phase(), "trains");
  EXPECT_FALSE(story.view().best_trial());
  EXPECT_EQ(FoldOf(story, 0, 0).state, v1::FOLD_STATE_DONE);
  EXPECT_EQ(FoldOf(story, 0, 1).state, v1::FOLD_STATE_WAITING);
  story.FinishTrial(0, 0.25, 0);
  record.mutable_sweep_extended()->set_trials_before(1);
  record.mutable_sweep_extended()->set_trials(3);
  story.Apply(record);
  EXPECT_EQ(story.view().trial_count(), 3u);
  EXPECT_EQ(story.view().best_trial(), 0u);
  record.mutable_folds_assigned()->mutable_rows()->Resize(4, 10);
  story.Apply(record);
  EXPECT_FALSE(story.view().best_trial());
  EXPECT_EQ(FoldOf(story, 0, 0).state, v1::FOLD_STATE_DONE);
  EXPECT_EQ(FoldOf(story, 0, 3).state, v1::FOLD_STATE_WAITING);
  record.mutable_limits_changed()->set_max_trials(5);
  story.Apply(record);
  EXPECT_EQ(story.view().trial_count(), 5u);
}

TEST(SweepView, TheBestTrialHasTheSmallestLogLoss) {
  SweepStory story(2, 3);
  for (uint32_t trial = 0; trial < 3; ++trial) story.AddTrial(trial);
  EXPECT_FALSE(story.view().best_trial().has_value());
  story.FinishTrial(0, 0.5, 0.01);
  story.FinishTrial(1, 0.25, 0.01);
  EXPECT_EQ(story.view().best_trial(), 1u);
}

TEST(SweepView, ATrialWithoutATrainedFoldIsNeverTheBest) {
  SweepStory story(2, 1);
  story.AddTrial(0);
  v1::JournalRecord finished;
  finished.mutable_trial_finished()->set_trial(0);
  story.Apply(finished);
  EXPECT_FALSE(story.view().best_trial().has_value());
}

TEST(SweepView, EventsThatNameNoFoldOfTheSweepChangeNothing) {
  SweepStory story(2, 1);
  story.Epoch(7, 7, 1);
  EXPECT_TRUE(story.view().trials().empty());
}

TEST(SweepView, LearnsTheNumberOfFoldsFromTheDataIfNeedBe) {
  v1::WatchResponse submitted, assigned, added;
  v1::SweepSpec* spec = submitted.mutable_record()->mutable_sweep_submitted()->mutable_spec();
  spec->set_name("story");
  spec->mutable_cross_validation()->mutable_leave_one_group_out();
  for (int fold = 0; fold < 3; ++fold) {
    assigned.mutable_record()->mutable_folds_assigned()->add_rows(10);
  }
  added.mutable_record()->mutable_trial_added()->set_trial(0);
  SweepView view;
  view.Apply(submitted);
  EXPECT_EQ(view.fold_count(), 0u);
  view.Apply(assigned);
  EXPECT_EQ(view.fold_count(), 3u);
  view.Apply(added);
  EXPECT_EQ(view.trials().at(0).folds.size(), 3u);

  v1::GetResponse status;
  *status.mutable_spec() = *spec;
  EXPECT_EQ(SweepView::FromStatus(status).fold_count(), 0u);
  v1::TrialStatus* trial = status.add_trials();
  for (int fold = 0; fold < 3; ++fold) trial->add_folds();
  EXPECT_EQ(SweepView::FromStatus(status).fold_count(), 3u);
}

TEST(SweepView, IsTheSameFromADescription) {
  v1::GetResponse status;
  status.mutable_summary()->set_name("story");
  status.mutable_spec()->mutable_cross_validation()->mutable_k_fold()->set_folds(2);
  status.mutable_spec()->mutable_training()->set_epochs(8);
  status.mutable_spec()->mutable_search()->mutable_metric()->set_name("val_log_loss");
  status.set_sequence(41);
  v1::TrialStatus* trial = status.add_trials();
  v1::ParameterValue* epochs = trial->add_parameters();
  epochs->set_path("training.epochs");
  epochs->set_value("16");
  v1::FoldStatus* done = trial->add_folds();
  done->set_state(v1::FOLD_STATE_DONE);
  done->mutable_result()->mutable_metrics()->set_val_log_loss(0.25);
  trial->add_folds()->set_state(v1::FOLD_STATE_RUNNING);

  const SweepView view = SweepView::FromStatus(status);
  EXPECT_EQ(view.name(), "story");
  EXPECT_EQ(view.sequence(), 41u);
  EXPECT_EQ(view.phase(), "trains");
  EXPECT_EQ(view.trials().at(0).epochs, 16u);
  EXPECT_EQ(view.trials().at(0).folds.at(0).score, 0.25);
  EXPECT_EQ(view.trials().at(0).folds.at(1).state, v1::FOLD_STATE_RUNNING);
}

TEST(SweepView, FoldsThatOnlyUseWeightsHaveOneEpoch) {
  v1::GetResponse status;
  status.mutable_spec()->mutable_training()->set_epochs(8);
  status.mutable_spec()->mutable_training()->set_train(false);
  status.add_trials();
  EXPECT_EQ(SweepView::FromStatus(status).trials().at(0).epochs, 1u);
}

}  // namespace
}  // namespace pleat
