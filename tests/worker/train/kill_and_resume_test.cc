// A training that is killed at any step goes on, from what was published before, to the bits of one
// that nobody disturbs: weights, predictions and metrics.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/worker/train/training_fixture.h"

namespace pleat {
namespace {

// 25 rows to train on, batches of 8: 3 steps an epoch.
constexpr int64_t kKilledRows = 50;
constexpr uint64_t kStepsPerEpoch = 3;

struct Recipe {
  std::string name;
  std::function<void(v1::TrainingSpec&)> apply;
};

// How often there are checkpoints, which must not change any result.
struct Interval {
  std::string name;
  uint32_t epochs = 100;
  uint32_t steps = 0;
  double seconds = 0;
};

struct Case {
  Recipe recipe;
  Interval interval;
  int ranks = 1;
};

std::vector<Case> Cases() {
  const std::vector<Recipe> recipes = {
      // Augmentation, dropout, Adam and a schedule with a memory.
      {"Plateau", [](v1::TrainingSpec&) {}},
      {"BestAverageOfMixedRows",
       [](v1::TrainingSpec& training) {
         training.set_checkpoint("best");
         training.mutable_ema()->set_decay(0.9);
         training.mutable_mixup()->set_alpha(0.4);
         // Steps so long that a later epoch is not the best.
         training.mutable_optimizer()->mutable_adam_w()->set_lr(0.05);
       }},
      {"WholeRecipeEndsEarly",
       [](v1::TrainingSpec& training) {
         training.set_epochs(6);
         UseWholeRecipe(training);
       }},
  };
  const std::vector<Interval> intervals = {
      {.name = "EachEpoch", .epochs = 1},
      {.name = "EachStep", .steps = 1},
      {.name = "EachSecondStep", .steps = 2},
      {.name = "EachMoment", .seconds = 1e-6},
  };
  std::vector<Case> cases;
  for (const Recipe& recipe : recipes) {
    for (const Interval& interval : intervals) {
      for (const int ranks : {1, 2}) cases.push_back({recipe, interval, ranks});
    }
  }
  return cases;
}

class KillAndResume : public testing::TestWithParam<Case> {
 protected:
  FoldJob Job(const std::string& folder) const {
    FoldJob job = SmallJob(dataset_, folder);
    GetParam().recipe.apply(*job.task.mutable_config()->mutable_training());
    return job;
  }

  FoldJob JobWithInterval(const std::string& folder) const {
    const Interval& interval = GetParam().interval;
    FoldJob job = Job(folder);
    v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
    training.set_checkpoint_epochs(interval.epochs);
    training.set_checkpoint_steps(interval.steps);
    training.set_checkpoint_seconds(interval.seconds);
    return job;
  }

  absl::StatusOr<v1::TrainFoldResult> Train(const FoldJob& job, ScriptedObserver& observer) {
    return TrainInGroup(job, GetParam().ranks, *store_, observer);
  }

  const Dataset dataset_ = SmallDataset(kKilledRows);
  const std::unique_ptr<Store> store_ = NewMemoryStore();
};

TEST_P(KillAndResume, AtEveryStepChangesNoBit) {
  ScriptedObserver calm;
  const Outcome whole = OutcomeOf(Train(Job("whole"), calm).value(), *store_);
  const uint64_t steps = calm.epochs.size() * kStepsPerEpoch;
  for (uint64_t kill = 0; kill < steps; ++kill) {
    SCOPED_TRACE(absl::StrCat("killed at step ", kill));
    ScriptedObserver killed;
    killed.next_action = [kill](uint64_t step) {
      return step == kill ? StepAction::kStop : StepAction::kContinue;
    };
    FoldJob job = JobWithInterval(absl::StrCat("killed_", kill));
    ASSERT_EQ(Train(job, killed).status().code(), absl::StatusCode::kCancelled);
    if (!killed.checkpoints.empty()) {
      *job.task.mutable_resume_from() = killed.checkpoints.back();
      EXPECT_LE(killed.checkpoints.back().global_step(), kill);
    }
    job.folder = absl::StrCat("resumed_", kill);
    ScriptedObserver rest;
    EXPECT_EQ(OutcomeOf(Train(job, rest).value(), *store_), whole);
    EXPECT_TRUE(rest.damaged.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(All, KillAndResume, testing::ValuesIn(Cases()), [](const auto& info) {
  return absl::StrCat(info.param.recipe.name, info.param.interval.name, "By", info.param.ranks);
});

}  // namespace
}  // namespace pleat
