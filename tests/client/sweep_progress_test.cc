#include "client/sweep_progress.h"

#include <gtest/gtest.h>

#include "tests/client/sweep_story.h"

namespace pleat {
namespace {

TEST(SweepProgress, CountsTrialsThatAreStillToCome) {
  SweepStory story(/*folds=*/4, /*max_trials=*/10);
  story.AddTrial(0);
  story.Lease(0, 0);
  story.Lease(0, 1);
  story.Complete(0, 0, 0.5);
  const SweepProgress progress = MeasureProgress(story.view());
  EXPECT_EQ(progress.folds_done, 1u);
  EXPECT_EQ(progress.folds_running, 1u);
  EXPECT_EQ(progress.folds_total, 40u);
  EXPECT_EQ(progress.trials, 10u);
}

TEST(SweepProgress, EstimatesFromTheEpochsSoFar) {
  SweepStory story(/*folds=*/2, /*max_trials=*/1, /*epochs=*/8);
  story.AddTrial(0);
  story.Lease(0, 0);
  EXPECT_FALSE(MeasureProgress(story.view()).training_left_ms.has_value());
  story.Epoch(0, 0, 4);
  // 4 + 8 epochs of 2 s on one worker.
  EXPECT_EQ(MeasureProgress(story.view()).training_left_ms, 24'000);
  story.Lease(0, 1);
  EXPECT_EQ(MeasureProgress(story.view()).training_left_ms, 12'000);
}

TEST(SweepProgress, SharesOfAFoldCountStepsToo) {
  SweepStory story(2, 1, /*epochs=*/4);
  story.AddTrial(0);
  story.Lease(0, 0);
  story.Progress(0, 0, 1, 5, 10);
  const TrialView& trial = story.view().trials().at(0);
  EXPECT_DOUBLE_EQ(FoldShare(trial.folds.at(0), trial), 0.375);
  // Twenty pieces of validation after the last step do not make two epochs more.
  story.Progress(0, 0, 1, 30, 10);
  EXPECT_DOUBLE_EQ(FoldShare(story.view().trials().at(0).folds.at(0), trial), 0.5);
}

}  // namespace
}  // namespace pleat
