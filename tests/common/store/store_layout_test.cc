#include "common/store/store_layout.h"

#include <gtest/gtest.h>

namespace pleat::layout {
namespace {

TEST(StoreLayout, KnowsNames) {
  for (const char* name : {"a", "0", "kannada-seed_2.1"}) EXPECT_TRUE(IsName(name)) << name;
  EXPECT_TRUE(IsName(std::string(64, 'a')));
  EXPECT_FALSE(IsName(std::string(65, 'a')));
  for (const char* name : {"", ".", "..", "-a", "_a", "A", "a/b", "a b", "ä"}) {
    EXPECT_FALSE(IsName(name)) << name;
  }
}

TEST(StoreLayout, BuildsPathsOfASweep) {
  EXPECT_EQ(SweepFolder("s"), "sweeps/s");
  EXPECT_EQ(SweepYaml("s"), "sweeps/s/sweep.yaml");
  EXPECT_EQ(Folds("s"), "sweeps/s/folds.npy");
  EXPECT_EQ(EnsembleFolder("s", 1), "sweeps/s/ensemble/1");
  EXPECT_EQ(CheckpointName(120), "checkpoint_120");
  EXPECT_EQ(TrialName(12345), "12345");
  EXPECT_EQ(MemberName(3, 2), "0003_2");
}

TEST(StoreLayout, GivesEachTaskItsOwnAttemptFolder) {
  EXPECT_EQ(AttemptFolder("s", PrepareTaskId(), 1), "sweeps/s/tasks/prepare/attempt_1");
  EXPECT_EQ(AttemptFolder("s", TrainTaskId(3, 2), 7), "sweeps/s/trials/0003/fold_2/attempt_7");
  EXPECT_EQ(AttemptFolder("s", PredictTaskId(3, 2), 7),
            "sweeps/s/trials/0003/fold_2/predict/attempt_7");
  EXPECT_EQ(AttemptFolder("s", "../../etc", 1), "");
}

TEST(StoreLayout, ParsesTheAttemptNamesItBuilds) {
  for (uint64_t attempt : {uint64_t{1}, uint64_t{42}, UINT64_MAX}) {
    const std::string folder = AttemptFolder("s", TrainTaskId(3, 2), attempt);
    const std::string below = TaskFolder("s", TrainTaskId(3, 2)) + "/";
    ASSERT_EQ(folder.substr(0, below.size()), below);
    EXPECT_EQ(ParseAttemptName(folder.substr(below.size())), attempt);
  }
  for (const char* other : {"", "attempt_", "attempt_01", "attempt_+1", "attempt_1 ", "attempt_-1",
                            "attempt_1x", "attempt_18446744073709551616", "Attempt_1", "predict"}) {
    EXPECT_EQ(ParseAttemptName(other), std::nullopt) << other;
  }
}

TEST(StoreLayout, ParsesTheTaskIdsItBuilds) {
  EXPECT_EQ(ParseTaskId("prepare")->kind, TaskName::Kind::kPrepare);
  for (uint32_t trial : {0u, 7u, 12345u, UINT32_MAX}) {
    const auto train = ParseTaskId(TrainTaskId(trial, 12));
    ASSERT_TRUE(train.has_value());
    EXPECT_EQ(train->kind, TaskName::Kind::kTrain);
    EXPECT_EQ(train->trial, trial);
    EXPECT_EQ(train->fold, 12u);
    EXPECT_EQ(ParseTaskId(PredictTaskId(trial, 0))->kind, TaskName::Kind::kPredict);
  }
}

TEST(StoreLayout, RefusesEveryOtherSpellingOfATaskId) {
  for (const char* id :
       {"", "prepare/", "train", "train/3/2", "train/0003/02", "train/0003/-1", "train/0003/2/1",
        "train/ 0003/2", "other/0003/2", "train/99999999999/2"}) {
    EXPECT_FALSE(ParseTaskId(id).has_value()) << id;
  }
}

}  // namespace
}  // namespace pleat::layout
