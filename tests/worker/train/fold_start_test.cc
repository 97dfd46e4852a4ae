// Checkpoints that are damaged, in every way and in every file, are not used: the one before is,
// and the fold gets the undisturbed one's bits.
#include "worker/train/fold_start.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/common/store/temporary_folder.h"
#include "tests/worker/train/training_fixture.h"

namespace pleat {
namespace {

constexpr int64_t kDamagedRows = 50;

struct Damage {
  std::string name;
  std::function<void(const std::filesystem::path&)> apply;
};

void ChangeBytes(const std::filesystem::path& path,
                 const std::function<void(std::string&)>& change) {
  std::string bytes = GetFile(path);
  change(bytes);
  PutFile(path, bytes);
}

std::vector<Damage> Damages() {
  return {
      {"Missing", [](const auto& path) { std::filesystem::remove(path); }},
      {"Empty", [](const auto& path) { PutFile(path, ""); }},
      {"Truncated",
       [](const auto& path) {
         ChangeBytes(path, [](std::string& bytes) { bytes.resize(bytes.size() / 2); });
       }},
      {"Torn",
       [](const auto& path) {
         ChangeBytes(path, [](std::string& bytes) {
           std::fill(bytes.begin() + static_cast<int64_t>(bytes.size() / 2), bytes.end(), '\0');
         });
       }},
      {"BitFlipped",
       [](const auto& path) {
         ChangeBytes(path, [](std::string& bytes) { bytes[bytes.size() - 3] ^= 4; });
       }},
      {"ZeroFilled",
       [](const auto& path) {
         ChangeBytes(path, [](std::string& bytes) { bytes.assign(bytes.size(), '\0'); });
       }},
      {"Grown",
       [](const auto& path) { ChangeBytes(path, [](std::string& bytes) { bytes += "more"; }); }},
      {"AFolderInstead",
       [](const auto& path) {
         std::filesystem::remove(path);
         std::filesystem::create_directory(path);
       }},
  };
}

class DamagedCheckpoint : public testing::TestWithParam<int> {
 protected:
  // A training that was left in its third epoch. Steps so long that the first epoch is the best.
  DamagedCheckpoint() {
    FoldJob job = Job("first");
    ScriptedObserver leaving;
    leaving.next_action = [](uint64_t step) {
      if (step == 7) return StepAction::kCheckpointAndStop;
      return step % 3 == 1 ? StepAction::kAwaitCheckpoint : StepAction::kContinue;
    };
    EXPECT_EQ(Train(job, leaving).status().code(), absl::StatusCode::kCancelled);
    checkpoints_ = leaving.checkpoints;
    EXPECT_EQ(checkpoints_.size(), 3u);
    ScriptedObserver calm;
    whole_ = OutcomeOf(Train(Job("whole"), calm).value(), *store_);
  }

  FoldJob Job(const std::string& folder) const {
    FoldJob job = SmallJob(dataset_, folder);
    v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
    training.set_checkpoint("best");
    training.mutable_optimizer()->mutable_adam_w()->set_lr(0.3);
    training.mutable_lr_schedule()->mutable_constant();
    return job;
  }
  absl::StatusOr<v1::TrainFoldResult> Train(const FoldJob& job, ScriptedObserver& observer) {
    return TrainInGroup(job, GetParam(), *store_, observer);
  }
  std::filesystem::path PathOf(const v1::Artifact& artifact) const {
    return folder_ / artifact.path();
  }

  // Goes on from the newest checkpoint, or the one before; returns what proved damaged.
  std::vector<ScriptedObserver::Damaged> GoOn(const std::string& folder) {
    FoldJob job = Job(folder);
    *job.task.mutable_resume_from() = checkpoints_[2];
    ScriptedObserver observer;
    observer.earlier = {checkpoints_[1]};
    const auto result = Train(job, observer);
    EXPECT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(result.ok() && OutcomeOf(*result, *store_) == whole_);
    return observer.damaged;
  }

  TemporaryFolder folder_;
  const std::unique_ptr<Store> store_ =
      OpenPosixStore(folder_.path().string(), /*create=*/true).value();
  const Dataset dataset_ = SmallDataset(kDamagedRows);
  std::vector<v1::Checkpoint> checkpoints_;
  Outcome whole_;
};

TEST_P(DamagedCheckpoint, GivesWayToTheOneBefore) {
  const v1::Checkpoint& newest = checkpoints_[2];
  EXPECT_TRUE(GoOn("whole_files").empty());
  for (const v1::Artifact& file : {newest.weights(), newest.optimizer(), newest.state()}) {
    const std::string bytes = GetFile(PathOf(file));
    for (const Damage& damage : Damages()) {
      SCOPED_TRACE(absl::StrCat(file.path(), " ", damage.name));
      damage.apply(PathOf(file));
      const auto damaged = GoOn(absl::StrCat(damage.name, "_", PathOf(file).filename().string()));
      ASSERT_EQ(damaged.size(), 1u);
      EXPECT_EQ(damaged[0].checkpoint.global_step(), newest.global_step());
      EXPECT_NE(damaged[0].what.find(file.path()), std::string::npos) << damaged[0].what;
      std::filesystem::remove_all(PathOf(file));
      PutFile(PathOf(file), bytes);
    }
  }
}

TEST_P(DamagedCheckpoint, StartsAgainIfBothAreDamaged) {
  for (const Damage& damage : Damages()) {
    SCOPED_TRACE(damage.name);
    const std::string newest = GetFile(PathOf(checkpoints_[2].optimizer()));
    damage.apply(PathOf(checkpoints_[2].optimizer()));
    const std::string before = GetFile(PathOf(checkpoints_[1].weights()));
    damage.apply(PathOf(checkpoints_[1].weights()));
    EXPECT_EQ(GoOn(damage.name).size(), 2u);
    for (const auto& [artifact, bytes] : {std::pair(checkpoints_[2].optimizer(), newest),
                                          std::pair(checkpoints_[1].weights(), before)}) {
      std::filesystem::remove_all(PathOf(artifact));
      PutFile(PathOf(artifact), bytes);
    }
  }
}

// Both name the same best epoch, whose weights nothing else keeps.
TEST_P(DamagedCheckpoint, IsOneWhoseBestWeightsAreDamaged) {
  ChangeBytes(PathOf(checkpoints_[0].weights()), [](std::string& bytes) { bytes.back() ^= 1; });
  EXPECT_EQ(GoOn("best_is_damaged").size(), 2u);
}

TEST_P(DamagedCheckpoint, IsOneOfAnotherModel) {
  FoldJob job = Job("another_model");
  job.task.mutable_config()->mutable_model()->mutable_se_cnn()->set_width(5);
  *job.task.mutable_resume_from() = checkpoints_[2];
  ScriptedObserver observer;
  ASSERT_TRUE(Train(job, observer).ok());
  EXPECT_EQ(observer.damaged.size(), 1u);
  EXPECT_EQ(observer.epochs.size(), 3u) << "from the beginning";
}

INSTANTIATE_TEST_SUITE_P(Ranks, DamagedCheckpoint, testing::Values(1, 2),
                         [](const auto& info) { return absl::StrCat("By", info.param); });

}  // namespace
}  // namespace pleat
