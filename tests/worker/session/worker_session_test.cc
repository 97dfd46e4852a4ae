#include "worker/session/worker_session.h"

#include <gtest/gtest.h>

#include <fstream>
#include <new>
#include <thread>

#include "tests/common/store/wrapped_store.h"
#include "tests/worker/session/eventually.h"
#include "tests/worker/session/fake_coordinator.h"
#include "worker/distributed/group_status.h"
#include "worker/distributed/local_communicator.h"

namespace pleat {
namespace {

v1::Lease PrepareLease(const std::string& path) {
  v1::Lease lease;
  lease.mutable_task()->set_sweep("digits");
  lease.mutable_task()->set_id("prepare");
  lease.set_attempt(1);
  lease.set_folder("sweeps/digits/tasks/prepare/attempt_1");
  v1::DataSpec* data = lease.mutable_task()->mutable_prepare_data()->mutable_data();
  if (path.empty()) {
    auto* digits = data->mutable_train()->mutable_synthetic_digits();
    digits->set_samples(20);
    digits->set_writers(2);
    digits->set_size(12);
  } else {
    data->mutable_train()->mutable_csv()->set_path(path);
    data->mutable_train()->mutable_csv()->set_label_column("label");
  }
  return lease;
}

// A fold of 20 synthetic digits whose first attempt goes wrong before it trains.
v1::Lease TrainLease(const std::string& data_sha256, const v1::Artifact& folds) {
  v1::Lease lease = PrepareLease("");
  const v1::DataSpec data = lease.task().prepare_data().data();
  lease.mutable_task()->set_id("train/0000/0");
  lease.set_folder("sweeps/digits/trials/0000/fold_0/attempt_1");
  v1::TrainFoldTask* task = lease.mutable_task()->mutable_train_fold();
  *task->mutable_data() = data;
  *task->mutable_folds() = folds;
  v1::DatasetInfo* info = task->add_datasets();
  info->set_split("train");
  info->set_data_sha256(data_sha256);
  return lease;
}

// Ends its writers as a machine without memory does.
class CrampedStore final : public WrappedStore {
 public:
  absl::StatusOr<v1::Artifact> Write(const std::string&, std::string_view) override {
    throw std::bad_alloc();
  }
};

// A group of one in a thread, as main would run it.
class WorkerSessionTest : public testing::Test {
 protected:
  void SetUp() override {
    thread_ = std::thread([this] {
      result_ = LeadGroup(group_, client_, runner_, v1::WorkerInfo(), store_->uuid(), leaving_);
    });
  }
  void TearDown() override { EXPECT_TRUE(Leave().ok()) << result_; }
  absl::Status Leave() {
    leaving_ = true;
    client_.Leave(2'000);
    if (thread_.joinable()) thread_.join();
    return result_;
  }

  std::atomic<bool> leaving_ = false;
  FakeCoordinator coordinator_;
  Group group_;
  std::unique_ptr<Store> store_ = NewMemoryStore();
  CoordinatorClient client_{coordinator_.address(), "w1"};
  TaskRunner runner_{group_, *store_, &client_, leaving_, TaskRunner::Options()};
  absl::Status result_;
  std::thread thread_;
};

TEST_F(WorkerSessionTest, PreparesDataAndReportsIt) {
  coordinator_.AddLease(PrepareLease(""));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.completions().empty(); }));
  const v1::DatasetInfo info = coordinator_.completions()[0].result().prepare_data().datasets(0);
  EXPECT_EQ(info.rows(), 20u);
  EXPECT_EQ(info.classes(), 10u);
  EXPECT_TRUE(store_->Read(info.labels()).ok());
}

TEST_F(WorkerSessionTest, ReportsDataThatCannotBeRead) {
  coordinator_.AddLease(PrepareLease("/nowhere/train.csv"));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.failures().empty(); }));
  EXPECT_EQ(coordinator_.failures()[0].kind(), v1::FAILURE_KIND_DATA);
  EXPECT_NE(coordinator_.failures()[0].message().find("/nowhere/train.csv"), std::string::npos);
}

TEST_F(WorkerSessionTest, TriesAgainWhatIsOutOfReachForNow) {
  // Reading its first bytes is an input/output error.
  coordinator_.AddLease(PrepareLease("/proc/self/mem"));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.failures().empty(); }));
  EXPECT_EQ(coordinator_.failures()[0].kind(), v1::FAILURE_KIND_RESOURCES)
      << coordinator_.failures()[0].message();
}

TEST_F(WorkerSessionTest, ReportsFailuresThatQuoteBytesOfNoCharacter) {
  const std::string path = testing::TempDir() + "/latin1.csv";
  std::ofstream(path) << "label,pixel0\ncaf\xe9,7\n";
  coordinator_.AddLease(PrepareLease(path));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.failures().empty(); }));
  EXPECT_EQ(coordinator_.failures()[0].kind(), v1::FAILURE_KIND_DATA);
  EXPECT_NE(coordinator_.failures()[0].message().find("caf?"), std::string::npos)
      << coordinator_.failures()[0].message();
}

TEST_F(WorkerSessionTest, SaysThatTheDataHereAreOthersThanTheSweeps) {
  coordinator_.AddLease(TrainLease(std::string(64, '0'), v1::Artifact()));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.failures().empty(); }));
  EXPECT_EQ(coordinator_.failures()[0].kind(), v1::FAILURE_KIND_DATA);
}

TEST_F(WorkerSessionTest, BlamesTheStoreForAFoldFileThatIsNone) {
  const auto data = ReadSweepData(PrepareLease("").task().prepare_data().data(), {});
  const auto folds = store_->Write("sweeps/digits/folds.npy", "no array");
  ASSERT_TRUE(folds.ok());
  coordinator_.AddLease(TrainLease(data->find("train")->sha256, *folds));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.failures().empty(); }));
  EXPECT_EQ(coordinator_.failures()[0].kind(), v1::FAILURE_KIND_STORE);
  EXPECT_NE(coordinator_.failures()[0].message().find("folds.npy"), std::string::npos);
}

TEST_F(WorkerSessionTest, CountsAResultThatIsRefusedAsAFailure) {
  coordinator_.RefuseAttempts("no such result", grpc::StatusCode::INVALID_ARGUMENT);
  coordinator_.AddLease(PrepareLease(""));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.failures().empty(); }));
  EXPECT_EQ(coordinator_.failures()[0].kind(), v1::FAILURE_KIND_INTERNAL);
  EXPECT_FALSE(coordinator_.failures()[0].released());
  EXPECT_NE(coordinator_.failures()[0].message().find("no such result"), std::string::npos);
}

TEST_F(WorkerSessionTest, DropsAResultThatIsLateWithoutAWord) {
  coordinator_.RefuseAttempts("attempt 1 is stale");
  coordinator_.AddLease(PrepareLease(""));
  ASSERT_TRUE(Eventually([&] { return !coordinator_.completions().empty(); }));
  EXPECT_TRUE(Leave().ok());
  EXPECT_TRUE(coordinator_.failures().empty());
}

TEST_F(WorkerSessionTest, GivesBackALeaseThatItDidNotHearOf) {
  ASSERT_TRUE(Eventually([&] { return coordinator_.registrations == 1; }));
  coordinator_.Hang(1);
  coordinator_.AddLease(PrepareLease(""));
  ASSERT_TRUE(Eventually([&] { return coordinator_.hanging() == 1; }));
  EXPECT_TRUE(Leave().ok());
  ASSERT_EQ(coordinator_.failures().size(), 1u);
  EXPECT_TRUE(coordinator_.failures()[0].released());
  EXPECT_EQ(coordinator_.failures()[0].attempt().task(), "prepare");
}

TEST(LeadGroup, EndsWhenItIsNeverLetIn) {
  std::atomic<bool> leaving = false;
  FakeCoordinator coordinator;
  coordinator.RefuseWorkers("no token", grpc::StatusCode::PERMISSION_DENIED);
  Group group;
  const auto store = NewMemoryStore();
  CoordinatorClient client(coordinator.address(), "w1");
  TaskRunner runner(group, *store, &client, leaving, TaskRunner::Options());
  const absl::Status led = LeadGroup(group, client, runner, {}, store->uuid(), leaving);
  EXPECT_TRUE(absl::IsFailedPrecondition(led)) << led;
}

TEST_F(WorkerSessionTest, RegistersAgainWithARestartedCoordinator) {
  ASSERT_TRUE(Eventually([&] { return coordinator_.registrations == 1; }));
  coordinator_.knows_worker = false;
  coordinator_.Stop();
  coordinator_.Restart();
  EXPECT_TRUE(Eventually([&] { return coordinator_.registrations == 2; }));
}

TEST_F(WorkerSessionTest, LeavesInTheMiddleOfALongPoll) {
  ASSERT_TRUE(Eventually([&] { return coordinator_.registrations == 1; }));
  EXPECT_TRUE(Leave().ok());
}

TEST(TaskRunner, ReportsThatMemoryRanOut) {
  std::atomic<bool> leaving = false;
  FakeCoordinator coordinator;
  Group group;
  CrampedStore store;
  CoordinatorClient client(coordinator.address(), "w1");
  TaskRunner runner(group, store, &client, leaving, TaskRunner::Options());
  EXPECT_TRUE(runner.Run(PrepareLease("")).ok());
  ASSERT_EQ(coordinator.failures().size(), 1u);
  EXPECT_EQ(coordinator.failures()[0].kind(), v1::FAILURE_KIND_OUT_OF_MEMORY);
  EXPECT_NE(coordinator.failures()[0].message().find("out of memory"), std::string::npos);
}

TEST(FollowGroup, FollowsRankZeroUntilItLeaves) {
  std::atomic<bool> leaving = false;
  auto channels = MakeLocalCommunicators(2, 10'000);
  Group leader, follower;
  leader.size = follower.size = 2;
  follower.rank = 1;
  leader.control = std::move(channels[0]);
  follower.control = std::move(channels[1]);
  const auto store = NewMemoryStore();
  TaskRunner runner(follower, *store, nullptr, leaving, TaskRunner::Options());
  absl::Status followed = absl::UnknownError("not run");
  std::thread thread([&] { followed = FollowGroup(follower, runner); });
  EXPECT_TRUE(RunOnRankZero(leader, [] { return absl::OkStatus(); }).ok());
  std::string leave = "l";
  EXPECT_TRUE(leader.control->BroadcastString(leave).ok());
  thread.join();
  EXPECT_TRUE(followed.ok()) << followed;
}

}  // namespace
}  // namespace pleat
