#include "coordinator/plan/play_sweep.h"

#include <gtest/gtest.h>

#include "tests/coordinator/plan/plan_samples.h"

namespace pleat {
namespace {

constexpr char kRacing[] = "pruning: {fold_racing: {}}";
constexpr double kAllOfTwenty = 20 * 3 * 6;

TEST(PlaySweepTest, TrainsEveryFoldWithoutPruning) {
  const v1::SweepSpec spec = PlanSample("random", 7);
  const PlayedSweep played = PlaySample(spec, /*groups=*/1);
  EXPECT_EQ(played.play.spent().fold_epochs(), 7 * 3 * 6);
  EXPECT_EQ(played.play.trials(), 7u);
  EXPECT_EQ(played.play.stopped(), 0u);
  EXPECT_EQ(played.play.search_ended(), "");
  EXPECT_EQ(played.fewest_epochs, 6u);
  EXPECT_EQ(played.most_epochs, 6u);
  // One group has them all, one after another, at 10 s for each epoch.
  EXPECT_DOUBLE_EQ(played.play.spent().wall_seconds(), 7 * 3 * 6 * 10);
  EXPECT_DOUBLE_EQ(played.play.spent().gpu_hours(), 7 * 3 * 6 * 10 / 3600.0);
}

TEST(PlaySweepTest, GroupsShareTheFolds) {
  const v1::SweepSpec spec = PlanSample("random", 7);
  // 21 folds of 60 s: 6 rounds of 4 groups, of which the last has one fold.
  const PlayedSweep four = PlaySample(spec, /*groups=*/4);
  EXPECT_EQ(four.play.spent().fold_epochs(), 7 * 3 * 6);
  EXPECT_DOUBLE_EQ(four.play.spent().wall_seconds(), 6 * 60);
  EXPECT_DOUBLE_EQ(four.play.spent().gpu_hours(), 7 * 3 * 60 / 3600.0);
  // More groups than folds: those that find none are not counted.
  const PlayedSweep many = PlaySample(spec, /*groups=*/50);
  EXPECT_DOUBLE_EQ(many.play.spent().wall_seconds(), 60);
  EXPECT_DOUBLE_EQ(many.play.spent().gpu_hours(), 7 * 3 * 60 / 3600.0);
}

TEST(PlaySweepTest, RanksMultiplyTheHours) {
  const v1::SweepSpec spec = PlanSample("random", 2);
  const PlayedSweep played = PlaySample(spec, 1, /*seed=*/1, /*folds=*/3, /*ranks=*/4);
  EXPECT_DOUBLE_EQ(played.play.spent().gpu_hours(), 4 * 2 * 3 * 60 / 3600.0);
}

TEST(PlaySweepTest, TrialsInFlightBoundTheGroups) {
  // One trial at a time has three folds.
  const v1::SweepSpec spec =
      PlanSampleWith("{tpe: {startup_trials: 2}}", 5, "resources: {max_concurrent_trials: 1}\n");
  EXPECT_DOUBLE_EQ(PlaySample(spec, 8).play.spent().wall_seconds(), 5 * 60);
}

TEST(PlaySweepTest, FoldsAreThoseOfTheData) {
  const PlayedSweep played = PlaySample(PlanSample("random", 2), 1, /*seed=*/1, /*folds=*/11);
  EXPECT_EQ(played.play.spent().fold_epochs(), 2 * 11 * 6);
}

TEST(PlaySweepTest, TimesThatAreNotKnownAreNotTold) {
  const v1::SweepSpec spec = PlanSample("random", 2);
  const auto played =
      PlaySweep(spec, {.folds = 3, .groups = 2, .ranks = 1, .seconds_per_epoch = std::nullopt},
                *SyntheticObjective::Make(spec, 1));
  ASSERT_TRUE(played.ok()) << played.status();
  EXPECT_EQ(played->play.spent().fold_epochs(), 2 * 3 * 6);
  EXPECT_FALSE(played->play.spent().has_wall_seconds());
  EXPECT_FALSE(played->play.spent().has_gpu_hours());
}

TEST(PlaySweepTest, TheSameSeedIsTheSamePlay) {
  const v1::SweepSpec spec = PlanSample("tpe", 20, kRacing);
  const std::string once = PlaySample(spec, 4, 1).play.SerializeAsString();
  EXPECT_EQ(PlaySample(spec, 4, 1).play.SerializeAsString(), once);
  EXPECT_NE(PlaySample(spec, 4, 2).play.SerializeAsString(), once);
}

TEST(PlaySweepTest, RacingStopsTrials) {
  const PlayedSweep played = PlaySample(PlanSample("random", 20, kRacing), 1);
  EXPECT_GT(played.play.stopped(), 5u);
  EXPECT_LT(played.play.stopped(), 20u);
  EXPECT_LT(played.play.spent().fold_epochs(), 0.8 * kAllOfTwenty);
  EXPECT_DOUBLE_EQ(played.play.spent().wall_seconds(), 10 * played.play.spent().fold_epochs());
}

TEST(PlaySweepTest, GroupsThatWorkAheadOfTheRaceArePaused) {
  // More groups than the race needs: what they train ahead counts, and folds go on where they were.
  const v1::SweepSpec spec = PlanSample("random", 20, kRacing);
  const PlayedSweep one = PlaySample(spec, 1), many = PlaySample(spec, 16);
  EXPECT_EQ(one.play.stopped(), many.play.stopped());
  EXPECT_GE(many.play.spent().fold_epochs(), one.play.spent().fold_epochs());
  EXPECT_LE(many.play.spent().fold_epochs(), kAllOfTwenty);
  EXPECT_LT(many.play.spent().wall_seconds(), one.play.spent().wall_seconds());
}

TEST(PlaySweepTest, HalvingPausesTrialsThatNeverGoOn) {
  const PlayedSweep played =
      PlaySample(PlanSample("random", 20, "pruning: {asha: {eta: 3, min_epochs: 2}}"), 2);
  EXPECT_GT(played.play.stopped(), 5u);
  EXPECT_LT(played.play.spent().fold_epochs(), 0.8 * kAllOfTwenty);
}

TEST(PlaySweepTest, BudgetsEndTheSearch) {
  const PlayedSweep epochs = PlaySample(PlanSample("random", 20, "budget: {fold_epochs: 50}"), 1);
  // A trial has 18, and one that was begun ends.
  EXPECT_EQ(epochs.play.spent().fold_epochs(), 54);
  EXPECT_EQ(epochs.play.trials(), 3u);
  EXPECT_NE(epochs.play.search_ended().find("fold_epochs"), std::string::npos);
  // Eight trials begin at once. The first has ended after 180 s, when one more may begin, the
  // second after 360 s.
  const PlayedSweep time = PlaySample(PlanSample("random", 20, "budget: {wall_time: 190s}"), 1);
  EXPECT_EQ(time.play.trials(), 9u);
  EXPECT_NE(time.play.search_ended().find("wall_time"), std::string::npos);
  const PlayedSweep hours = PlaySample(PlanSample("random", 20, "budget: {gpu_hours: 0.05}"), 1);
  EXPECT_NE(hours.play.search_ended().find("gpu_hours"), std::string::npos);
}

TEST(PlaySweepTest, EpochsAreThoseOfEachTrial) {
  v1::SweepSpec spec = PlanSample("random", 3);
  spec.mutable_search()->clear_parameters();
  v1::ParameterSpec* epochs = spec.mutable_search()->add_parameters();
  epochs->set_key("training.epochs");
  for (const char* value : {"2", "5", "9"}) epochs->mutable_values()->add_value(value);
  const PlayedSweep played = PlaySample(spec, 1);
  EXPECT_EQ(played.play.spent().fold_epochs(), 3 * (2 + 5 + 9));
  EXPECT_EQ(played.fewest_epochs, 2u);
  EXPECT_EQ(played.most_epochs, 9u);
}

TEST(PlaySweepTest, TheBestTrialOnlyGetsBetter) {
  const PlayedSweep played = PlaySample(PlanSample("tpe", 40), 1);
  ASSERT_EQ(played.play.better_share_size(), 4);
  // Scores are noisy, so the share may rise a little.
  for (int quarter = 1; quarter < 4; ++quarter) {
    EXPECT_LT(played.play.better_share(quarter), played.play.better_share(quarter - 1) + 0.1);
  }
  EXPECT_LT(played.play.better_share(3), 0.2);
}

TEST(PlaySweepTest, ASweepThatIsRefusedIsAnError) {
  v1::SweepSpec spec = PlanSample("random", 2);
  const auto objective = SyntheticObjective::Make(spec, 1);
  spec.mutable_search()->set_max_trials(0);
  const auto played = PlaySweep(spec, SimulatedCluster{}, *objective);
  EXPECT_TRUE(absl::IsInvalidArgument(played.status())) << played.status();
}

}  // namespace
}  // namespace pleat
