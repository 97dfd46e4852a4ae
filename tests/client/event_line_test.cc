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

TEST(EventLine, TellsATrialsScoreWithItsError) {
  SweepStory story(4, 1);
  story.AddTrial(2);
  EXPECT_EQ(EventLine(story.FinishTrial(2, 0.125, 0.004), story.view()),
            "trial 2: val_log_loss 0.1250 ± 0.0040 over 4 folds");
}

TEST(EventLine, IsSilentAboutCheckpointsAndLiveProgress) {
  SweepStory story(4, 1);
  v1::JournalRecord checkpoint;
  checkpoint.mutable_checkpoint_published();
  EXPECT_FALSE(EventLine(story.Apply(checkpoint), story.view()).has_value());
  EXPECT_FALSE(EventLine(story.Progress(0, 0, 1, 1, 2), story.view()).has_value());
}

TEST(EventLine, NamesTasksInWords) {
  EXPECT_EQ(TaskText("prepare"), "data preparation");
  EXPECT_EQ(TaskText("train/0003/2"), "trial 3 fold 2");
  EXPECT_EQ(TaskText("predict/0003/2"), "prediction of trial 3 fold 2");
  EXPECT_EQ(TaskText("what/ever"), "what/ever");
}

}  // namespace
}  // namespace pleat
