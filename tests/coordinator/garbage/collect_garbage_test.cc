// Collections on a real folder, with stale writers and what killed ones left.
#include "coordinator/garbage/collect_garbage.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/config/training_state_version.h"
#include "proto/training_state.pb.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kFold[] = "sweeps/a/trials/0000/fold_0";

class CollectGarbageTest : public testing::Test {
 protected:
  CollectGarbageTest() : store_(OpenPosixStore(folder_.path().string(), /*create=*/true).value()) {}

  v1::Artifact Write(const std::string& path, const std::string& bytes = "12345") {
    return store_->Write(absl::StrCat(kFold, "/", path), bytes).value();
  }

  v1::Checkpoint WriteCheckpoint(const std::string& path, const v1::Checkpoint* best = nullptr) {
    v1::TrainingState state;
    state.set_format_version(kTrainingStateVersion);
    if (best != nullptr) *state.mutable_best() = *best;
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(state, &json).ok());
    v1::Checkpoint checkpoint;
    *checkpoint.mutable_weights() = Write(path + "/weights");
    *checkpoint.mutable_state() = Write(path + "/state.json", json);
    return checkpoint;
  }

  // Its files, relative to the fold's folder.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    const fs::path fold = folder_.path() / kFold;
    if (!fs::exists(fold)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(fold)) {
      if (!entry.is_directory()) files.push_back(fs::relative(entry.path(), fold).string());
    }
    std::ranges::sort(files);
    return files;
  }

  CollectionDone Collect(TaskState task) {
    Sweep sweep;
    sweep.name = "a";
    sweep.tasks[{TaskKind::kTrainFold, 0, 0}] = std::move(task);
    return RunCollection(PlanCollection(sweep, {{TaskKind::kTrainFold, 0, 0}}), *store_);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(CollectGarbageTest, RemovesLostAttemptsAndLeftoversAndCountsThem) {
  Write("attempt_1/checkpoint_1/weights");
  Write("attempt_1/oof.npy");
  Write("attempt_2/oof.npy");
  Write("attempt_2/checkpoint_3/optimizer");
  std::ofstream(folder_.path() / kFold / "attempt_2" / ".tmp-77-1") << "half";
  Write("predict/attempt_1/test.npy");
  TaskState task;
  task.phase = TaskPhase::kDone;
  task.attempt = 2;
  *task.result.emplace().mutable_train_fold()->mutable_oof() = Write("attempt_2/oof.npy");
  const CollectionDone done = Collect(task);
  EXPECT_TRUE(done.status.ok()) << done.status;
  EXPECT_THAT(Files(), ElementsAre("attempt_2/oof.npy", "predict/attempt_1/test.npy"));
  EXPECT_EQ(done.collected.files(), 4u);
  EXPECT_EQ(done.collected.bytes(), 19u);
  EXPECT_EQ(Collect(task).collected.files(), 0u);
}

TEST_F(CollectGarbageTest, LetsTheBestEpochStayThatOnlyTheCheckpointNames) {
  const v1::Checkpoint best = WriteCheckpoint("attempt_1/checkpoint_4");
  WriteCheckpoint("attempt_1/checkpoint_8");
  TaskState task;
  task.attempt = 2;
  task.checkpoint = WriteCheckpoint("attempt_2/checkpoint_12", &best);
  EXPECT_TRUE(Collect(task).status.ok());
  EXPECT_THAT(Files(),
              ElementsAre("attempt_1/checkpoint_4/state.json", "attempt_1/checkpoint_4/weights",
                          "attempt_2/checkpoint_12/state.json", "attempt_2/checkpoint_12/weights"));
}

TEST_F(CollectGarbageTest, TouchesNothingOfATaskWhoseCheckpointCannotBeRead) {
  Write("attempt_1/oof.npy");
  TaskState task;
  task.attempt = 2;
  task.checkpoint = WriteCheckpoint("attempt_2/checkpoint_12");
  const std::vector<std::string> before = Files();
  std::ofstream(folder_.path() / kFold / "attempt_2/checkpoint_12/state.json") << "torn";
  EXPECT_TRUE(Collect(task).status.ok());
  EXPECT_EQ(Files(), before);
  fs::remove(folder_.path() / kFold / "attempt_2/checkpoint_12/state.json");
  EXPECT_TRUE(Collect(task).status.ok());
  EXPECT_EQ(Files().size(), before.size() - 1);
}

TEST_F(CollectGarbageTest, GoesOnWhereItWasBrokenOff) {
  for (int attempt = 1; attempt <= 4; ++attempt) Write(absl::StrCat("attempt_", attempt, "/f"));
  TaskState task;
  task.attempt = 4;
  ArmFailPoints({{.name = "coordinator.collect_garbage.before_removal",
                  .action = FailPointAction::kError,
                  .at_visit = 3}});
  EXPECT_FALSE(Collect(task).status.ok());
  ArmFailPoints({});
  EXPECT_EQ(Files().size(), 2u);
  EXPECT_TRUE(Collect(task).status.ok());
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(CollectGarbageTest, IsSafeBesideStaleAndRunningWriters) {
  TaskState task;
  task.phase = TaskPhase::kRunning;
  task.attempt = 2;
  std::atomic<bool> is_over = false;
  std::thread stale([&] {
    for (int i = 0; !is_over; ++i) {
      // It may fail as its folder goes; nobody needs it.
      (void)store_->Write(absl::StrCat(kFold, "/attempt_1/checkpoint_", i, "/weights"), "x");
    }
  });
  std::vector<std::string> written;
  for (int i = 0; i < 50; ++i) {
    written.push_back(absl::StrCat("attempt_2/checkpoint_", i, "/weights"));
    Write(written.back());
    (void)Collect(task);
  }
  is_over = true;
  stale.join();
  EXPECT_TRUE(Collect(task).status.ok());
  std::ranges::sort(written);
  EXPECT_EQ(Files(), written);
}

TEST_F(CollectGarbageTest, RemovesAnEnsembleThatWillNotBeFinished) {
  ASSERT_TRUE(store_->Write("sweeps/a/ensemble/1/manifest.json", "{}").ok());
  ASSERT_TRUE(store_->Write("sweeps/a/ensemble/2/oof.npy", "half").ok());
  Sweep sweep;
  sweep.name = "a";
  sweep.members.emplace();
  sweep.ensemble_version = 2;
  EXPECT_TRUE(RunCollection(PlanCollection(sweep, {}), *store_).status.ok());
  EXPECT_TRUE(fs::exists(folder_.path() / "sweeps/a/ensemble/2/oof.npy"));
  sweep.ended.emplace();
  EXPECT_EQ(RunCollection(PlanCollection(sweep, {}), *store_).collected.files(), 1u);
  EXPECT_FALSE(fs::exists(folder_.path() / "sweeps/a/ensemble/2"));
  EXPECT_TRUE(fs::exists(folder_.path() / "sweeps/a/ensemble/1/manifest.json"));
}

}  // namespace
}  // namespace pleat
