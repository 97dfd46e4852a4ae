#include "worker/session/task_runner.h"

#include <gtest/gtest.h>

#include <list>
#include <mutex>
#include <thread>

#include "absl/strings/match.h"
#include "common/store/npy.h"
#include "tests/common/store/wrapped_store.h"
#include "tests/worker/session/eventually.h"
#include "tests/worker/session/fake_coordinator.h"
#include "tests/worker/train/exhausted_channel.h"
#include "tests/worker/train/training_fixture.h"
#include "worker/distributed/local_communicator.h"
#include "worker/model/model.h"
#include "worker/session/worker_session.h"

namespace pleat {
namespace {

constexpr uint32_t kRows = 64;
constexpr uint32_t kSize = 12;

v1::DatasetSpec Digits(uint32_t rows) {
  v1::DatasetSpec spec;
  v1::SyntheticDigitsSource& digits = *spec.mutable_synthetic_digits();
  digits.set_samples(rows);
  digits.set_writers(4);
  digits.set_size(kSize);
  return spec;
}

// A store without space for files whose path has a word in it, as long as there is a word.
class FullStore final : public WrappedStore {
 public:
  void Fill(const std::string& word) {
    std::lock_guard lock(mutex_);
    word_ = word;
  }

  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override {
    {
      std::lock_guard lock(mutex_);
      if (!word_.empty() && absl::StrContains(path, word_)) {
        return absl::ResourceExhaustedError("the disk is full");
      }
    }
    return WrappedStore::Write(path, bytes);
  }

 private:
  std::mutex mutex_;
  std::string word_;  // guarded by mutex_
};

// A group of threads with a coordinator, started by Start and led to its end by Leave.
class TaskRunnerTest : public testing::Test {
 protected:
  static constexpr int kCollectiveTimeoutMs = 2'500;

  ~TaskRunnerTest() override { Leave(); }

  void Start(int size) {
    auto gradients = MakeLocalCommunicators(size, kCollectiveTimeoutMs);
    auto statistics = MakeLocalCommunicators(size, kCollectiveTimeoutMs);
    auto control = MakeLocalCommunicators(size, kCollectiveTimeoutMs);
    ended_.resize(size, absl::UnknownError("still running"));
    for (int rank = 0; rank < size; ++rank) {
      Group& group = groups_.emplace_back();
      group.rank = rank;
      group.size = size;
      if (size == 1) continue;
      group.gradients = std::move(gradients[rank]);
      group.statistics = std::move(statistics[rank]);
      group.control = std::move(control[rank]);
    }
    if (last_rank_fails_) {
      auto& statistics_of_last = groups_.back().statistics;
      statistics_of_last = std::make_unique<ExhaustedChannel>(std::move(statistics_of_last), 3);
    }
    for (Group& group : groups_) threads_.emplace_back([&] { ended_[group.rank] = Run(group); });
  }

  // How each rank's loop ended.
  const std::vector<absl::Status>& Leave() {
    leaving_ = true;
    followers_leave_ = true;
    client_.Leave(3'000);
    return Join();
  }
  const std::vector<absl::Status>& Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return ended_;
  }

  v1::Lease Lease(const std::string& task, uint64_t attempt) const {
    v1::Lease lease;
    lease.mutable_task()->set_sweep("digits");
    lease.mutable_task()->set_id(task);
    lease.set_attempt(attempt);
    lease.set_folder(absl::StrCat("sweeps/digits/", task, "/attempt_", attempt));
    return lease;
  }

  v1::Lease PrepareLease(uint32_t rows) const {
    v1::Lease lease = Lease("prepare", 1);
    *lease.mutable_task()->mutable_prepare_data()->mutable_data()->mutable_train() = Digits(rows);
    return lease;
  }

  v1::Lease TrainLease(uint64_t attempt) {
    v1::Lease lease = Lease("train/0000/1", attempt);
    v1::TrainFoldTask& task = *lease.mutable_task()->mutable_train_fold();
    const Dataset unused = SmallDataset(4);
    task = SmallJob(unused, "").task;
    *task.mutable_data()->mutable_train() = Digits(kRows);
    *task.mutable_folds() = WriteFolds();
    return lease;
  }

  v1::Lease PredictLease(uint32_t test_rows, int views) {
    v1::Lease lease = Lease("predict/0000/1", 1);
    v1::PredictTask& task = *lease.mutable_task()->mutable_predict();
    *task.mutable_data()->mutable_train() = Digits(kRows);
    *task.mutable_data()->mutable_test() = Digits(test_rows);
    *task.mutable_folds() = WriteFolds();
    task.set_fold(1);
    task.set_threads(1);
    task.mutable_config()->mutable_model()->mutable_mlp()->add_hidden(8);
    task.mutable_config()->mutable_training()->set_precision("fp32");
    for (int view = 0; view < views; ++view) task.add_views()->set_identity(true);
    task.add_splits("test");
    task.set_out_of_fold(true);
    const auto model = MakeModel(task.config().model(), ModelShape{1, kSize, kSize, 10},
                                 /*key=*/1, at::kFloat, at::kCPU);
    *task.mutable_weights() =
        store_.Write("weights", model.value()->parameters().ToSafetensors()).value();
    return lease;
  }

  v1::CompleteTaskRequest Completed(size_t index) {
    EXPECT_TRUE(Eventually([&] { return coordinator_.completions().size() > index; }));
    return coordinator_.completions()[index];
  }
  v1::FailTaskRequest Failed(size_t index) {
    EXPECT_TRUE(Eventually([&] { return coordinator_.failures().size() > index; }));
    return coordinator_.failures()[index];
  }

  bool last_rank_fails_ = false;
  std::atomic<bool> leaving_ = false;
  std::atomic<bool> followers_leave_ = false;
  FakeCoordinator coordinator_;
  CoordinatorClient client_{coordinator_.address(), "w1"};
  FullStore store_;

 private:
  absl::Status Run(Group& group) {
    CoordinatorClient* client = group.rank == 0 ? &client_ : nullptr;
    const std::atomic<bool>& leaving = group.rank == 0 ? leaving_ : followers_leave_;
    TaskRunner runner(group, store_, client, leaving, TaskRunner::Options());
    if (group.rank != 0) return FollowGroup(group, runner);
    return LeadGroup(group, client_, runner, v1::WorkerInfo(), store_.uuid(), leaving_);
  }

  v1::Artifact WriteFolds() {
    std::vector<int32_t> folds(kRows);
    for (uint32_t row = 0; row < kRows; ++row) folds[row] = static_cast<int32_t>(row % 2);
    const uint64_t shape[] = {kRows};
    return store_.Write("folds.npy", EncodeNpy<int32_t>(shape, folds)).value();
  }

  std::list<Group> groups_;
  std::vector<absl::Status> ended_;
  std::vector<std::thread> threads_;
};

// Rows enough for tens of seconds, most of which a worker that leaves must not take.
constexpr uint32_t kManyRows = 1'000'000;

TEST_F(TaskRunnerTest, PreparationMovesAndIsGivenBackAtOnceByAWorkerThatLeaves) {
  Start(1);
  coordinator_.AddLease(PrepareLease(kManyRows));
  ASSERT_TRUE(Eventually([&] { return coordinator_.last_progress().step() > 0; }));
  const uint64_t step = coordinator_.last_progress().step();
  EXPECT_TRUE(Eventually([&] { return coordinator_.last_progress().step() > step; }));
  Leave();
  ASSERT_EQ(coordinator_.failures().size(), 1u);
  EXPECT_TRUE(coordinator_.failures()[0].released());
  EXPECT_EQ(coordinator_.failures()[0].message(), "data.train: the worker is leaving");
  EXPECT_LT(coordinator_.last_progress().step(), kManyRows);
}

TEST_F(TaskRunnerTest, WorkerThatLeavesTakesNoOtherTask) {
  Start(1);
  coordinator_.AddLease(PrepareLease(kManyRows));
  coordinator_.AddLease(TrainLease(1));
  ASSERT_TRUE(Eventually([&] { return coordinator_.last_progress().step() > 0; }));
  Leave();
  ASSERT_EQ(coordinator_.failures().size(), 1u);
  EXPECT_EQ(coordinator_.failures()[0].attempt().task(), "prepare");
}

TEST_F(TaskRunnerTest, GroupLeavesWithItsFirstRankThatLeaves) {
  followers_leave_ = true;
  Start(2);
  for (const uint64_t attempt : {1, 2, 3}) coordinator_.AddLease(TrainLease(attempt));
  for (const absl::Status& status : Join()) EXPECT_TRUE(status.ok()) << status;
  ASSERT_EQ(coordinator_.failures().size(), 1u);
  EXPECT_TRUE(coordinator_.failures()[0].released());
  EXPECT_TRUE(absl::StrContains(coordinator_.failures()[0].message(), "rank 1"));
}

TEST_F(TaskRunnerTest, PreparationEndsWithItsAttempt) {
  Start(1);
  coordinator_.AddLease(PrepareLease(kManyRows));
  ASSERT_TRUE(Eventually([&] { return coordinator_.last_progress().step() > 0; }));
  coordinator_.RefuseAttempts("attempt 1 is stale");
  const int before = coordinator_.heartbeats;
  ASSERT_TRUE(Eventually([&] { return coordinator_.heartbeats > before; }));
  coordinator_.RefuseAttempts("", grpc::StatusCode::OK);
  coordinator_.AddLease(PrepareLease(20));
  EXPECT_EQ(Completed(0).result().prepare_data().datasets(0).rows(), 20u);
  EXPECT_TRUE(coordinator_.failures().empty());
}

TEST_F(TaskRunnerTest, PredictionMovesAndIsGivenBackAtOnceByAWorkerThatLeaves) {
  constexpr uint32_t kTestRows = 20'000;
  Start(1);
  coordinator_.AddLease(PredictLease(kTestRows, /*views=*/500));
  // Reading takes a piece per row, and a few for digests.
  ASSERT_TRUE(
      Eventually([&] { return coordinator_.last_progress().step() > kRows + kTestRows + 10; }));
  Leave();
  ASSERT_EQ(coordinator_.failures().size(), 1u);
  EXPECT_TRUE(coordinator_.failures()[0].released());
  EXPECT_EQ(coordinator_.failures()[0].message(), "the worker is leaving");
  EXPECT_TRUE(coordinator_.completions().empty());
}

TEST_F(TaskRunnerTest, GroupOutlastsACoordinatorThatIsAway) {
  const auto be_away = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(kCollectiveTimeoutMs + 500));
    coordinator_.Restart();
  };
  // Before it is registered.
  coordinator_.Stop();
  Start(2);
  be_away();
  coordinator_.AddLease(PrepareLease(20));
  Completed(0);
  // While it reports an epoch or a checkpoint.
  coordinator_.AddLease(TrainLease(1));
  ASSERT_TRUE(Eventually([&] { return coordinator_.epochs > 0; }));
  coordinator_.Stop();
  be_away();
  EXPECT_EQ(Completed(1).result().train_fold().metrics().epoch(), 3u);
  for (const absl::Status& status : Leave()) EXPECT_TRUE(status.ok()) << status;
}

TEST_F(TaskRunnerTest, GroupStaysInStepWhileAPredictionCannotBeWritten) {
  Start(2);
  store_.Fill("test.npy");
  coordinator_.AddLease(PredictLease(300, 1));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.last_progress().waits_for().empty(); }));
  // Longer than the deadline of a collective.
  std::this_thread::sleep_for(std::chrono::milliseconds(kCollectiveTimeoutMs + 500));
  store_.Fill("");
  EXPECT_EQ(Completed(0).result().predict().predictions_size(), 2);
  for (const absl::Status& status : Leave()) EXPECT_TRUE(status.ok()) << status;
}

TEST_F(TaskRunnerTest, MemoryThatRunsOutOnOneRankIsAFailureOfTheAttempt) {
  last_rank_fails_ = true;
  Start(2);
  coordinator_.AddLease(TrainLease(1));
  for (const absl::Status& status : Join()) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  }
  ASSERT_EQ(coordinator_.failures().size(), 1u);
  EXPECT_FALSE(coordinator_.failures()[0].released());
  EXPECT_EQ(coordinator_.failures()[0].kind(), v1::FAILURE_KIND_OUT_OF_MEMORY);
  EXPECT_TRUE(absl::StrContains(coordinator_.failures()[0].message(), "rank 1"));
}

TEST_F(TaskRunnerTest, StartWeightsThatAreDamagedAreNotTriedAgain) {
  Start(1);
  v1::Lease lease = TrainLease(1);
  v1::TrainFoldTask& task = *lease.mutable_task()->mutable_train_fold();
  task.mutable_config()->mutable_training()->mutable_start_from()->set_sweep("early");
  *task.mutable_start_weights()->mutable_weights() = store_.Write("damaged", "no weights").value();
  coordinator_.AddLease(lease);
  EXPECT_EQ(Failed(0).kind(), v1::FAILURE_KIND_CONFIG);
  EXPECT_TRUE(absl::StrContains(Failed(0).message(), "the weights to begin with"));
}

TEST_F(TaskRunnerTest, FoldGoesOnFromTheCheckpointBeforeADamagedOne) {
  Start(1);
  coordinator_.AddLease(TrainLease(1));
  const v1::TrainFoldResult whole = Completed(0).result().train_fold();
  const std::vector<v1::Checkpoint> published = coordinator_.checkpoints();
  ASSERT_GE(published.size(), 2u);
  const v1::Checkpoint& damaged = published.back();
  const v1::Checkpoint& before = published[published.size() - 2];
  coordinator_.AddEarlierCheckpoint(before);
  ASSERT_TRUE(store_.Remove(damaged.optimizer().path()).ok());

  v1::Lease resumed = TrainLease(2);
  *resumed.mutable_task()->mutable_train_fold()->mutable_resume_from() = damaged;
  coordinator_.AddLease(resumed);
  const v1::TrainFoldResult anew = Completed(1).result().train_fold();
  ASSERT_EQ(coordinator_.quarantined().size(), 1u);
  EXPECT_EQ(coordinator_.quarantined()[0].attempt().attempt(), 2u);
  EXPECT_EQ(coordinator_.quarantined()[0].checkpoint().SerializeAsString(),
            damaged.SerializeAsString());
  EXPECT_TRUE(
      absl::StrContains(coordinator_.quarantined()[0].message(), damaged.optimizer().path()));
  EXPECT_EQ(anew.checkpoint().weights().sha256(), whole.checkpoint().weights().sha256());
  EXPECT_EQ(anew.trained_rows(), 8 * (damaged.global_step() - before.global_step()))
      << "batches of 8 rows";
  EXPECT_TRUE(coordinator_.failures().empty());
}

TEST_F(TaskRunnerTest, ResultWaitsForSpaceSaysSoAndGoesOn) {
  Start(2);
  store_.Fill("oof.npy");
  coordinator_.AddLease(TrainLease(1));
  EXPECT_TRUE(Eventually([&] {
    return absl::StrContains(coordinator_.last_progress().waits_for(), "the disk is full");
  }));
  EXPECT_TRUE(coordinator_.completions().empty());
  store_.Fill("");
  Completed(0);
  EXPECT_TRUE(coordinator_.failures().empty());
}

TEST_F(TaskRunnerTest, TrainingStandsStillWhileItsCheckpointWaitsForSpace) {
  Start(1);
  store_.Fill("checkpoint_");
  v1::Lease lease = TrainLease(1);
  lease.mutable_task()->mutable_train_fold()->mutable_config()->mutable_training()->set_epochs(
      1'000'000);
  coordinator_.AddLease(lease);
  ASSERT_TRUE(Eventually([&] { return !coordinator_.last_progress().waits_for().empty(); }));
  const int epochs = coordinator_.epochs;
  const int heartbeats = coordinator_.heartbeats;
  ASSERT_TRUE(Eventually([&] { return coordinator_.heartbeats > heartbeats + 10; }));
  EXPECT_LE(coordinator_.epochs, epochs + 1);
  EXPECT_TRUE(coordinator_.checkpoints().empty());
  store_.Fill("");
  EXPECT_TRUE(Eventually([&] { return coordinator_.checkpoints().size() > 2; }));
  EXPECT_TRUE(coordinator_.last_progress().waits_for().empty());
}

TEST_F(TaskRunnerTest, WorkerThatWaitsForSpaceLeavesAtOnce) {
  Start(1);
  store_.Fill("checkpoint_");
  coordinator_.AddLease(TrainLease(1));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.last_progress().waits_for().empty(); }));
  Leave();
  ASSERT_EQ(coordinator_.failures().size(), 1u);
  EXPECT_TRUE(coordinator_.failures()[0].released());
}

}  // namespace
}  // namespace pleat
