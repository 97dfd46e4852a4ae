// Everybody at once, over an in-process transport and with a journal on disk: groups that work and
// repeat themselves, people that watch, explain, go away and take backups by the client's library,
// while snapshots are made. For ThreadSanitizer above all.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/connection.h"
#include "client/sweep_feed.h"
#include "common/store/npy.h"
#include "coordinator/journal/journal.h"
#include "tests/common/store/temporary_folder.h"
#include "tests/coordinator/read_sample.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

constexpr int kGroups = 6;
constexpr int kFoldsOfAGroup = 100;
constexpr int kRows = 100;
constexpr int64_t kPatienceMs = 60'000;

// More folds than are trained, so that it is open till the end.
v1::SweepSpec OpenSweep() {
  return ReadSample(
      "name: a\n"
      "data: {train: {synthetic_digits: {samples: 100}}}\n"
      "cross_validation: {k_fold: {folds: 10, shuffle: false}}\n"
      "training: {optimizer: {adam_w: {}}}\n"
      "search:\n"
      "  method: {random: {}}\n"
      "  max_trials: 1000\n"
      "  parameters:\n"
      "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: 1.0e-2}}\n");
}

// Like every client it has a session of its own, whose last answers are kept.
struct Group {
  std::string NextId() { return absl::StrCat(name, "/", ++requests); }

  const std::string name;
  int requests = 0;
};

class LoadTest : public ServiceFixture {
 protected:
  LoadTest() {
    journal = OpenSqliteJournal(folder_.path()).value();
    store = OpenPosixStore(folder_ / "store", true).value();
    loop_options.state_dir = folder_.path();
    loop_options.snapshot_every = 200;
    // Whatever else fills the disk.
    core_options.min_free_bytes = 0;
    core_options.min_free_state_bytes = 0;
    StartCoordinator();
    people_.emplace(Channel(), "in process", kPatienceMs, &stop_);
  }

  void SubmitOpenSweep() {
    v1::SubmitRequest request;
    request.set_request_id(NextId());
    *request.mutable_spec() = OpenSweep();
    grpc::ClientContext context;
    v1::SubmitResponse response;
    ASSERT_TRUE(sweeps->Submit(&context, request, &response).ok());
    Group preparer{"preparer"};
    Register(preparer.name);
    PrepareData(preparer, AcquireFold(preparer));
  }

  // Waits until there is one.
  v1::Lease AcquireFold(Group& group) {
    v1::AcquireTaskRequest request;
    request.set_worker_id(group.name);
    request.set_wait_ms(10'000);
    for (int tries = 0; tries < 5; ++tries) {
      request.set_request_id(group.NextId());
      grpc::ClientContext context;
      v1::AcquireTaskResponse response;
      EXPECT_TRUE(workers->AcquireTask(&context, request, &response).ok());
      if (response.has_lease()) return response.lease();
    }
    ADD_FAILURE() << group.name << " got no task";
    return {};
  }

  void PrepareData(Group& group, const v1::Lease& lease) {
    const std::vector<int64_t> labels(kRows);
    const uint64_t shape[] = {kRows};
    v1::TaskResult result = SampleResult(lease);
    v1::DatasetInfo& train = *result.mutable_prepare_data()->mutable_datasets(0);
    train.set_classes(10);
    *train.mutable_labels() =
        store->Write(lease.folder() + "/train/labels.npy", EncodeNpy<int64_t>(shape, labels))
            .value();
    Complete(group, lease, result);
  }

  // Twice, as if the first answer had been lost.
  void Complete(Group& group, const v1::Lease& lease, const v1::TaskResult& result) {
    v1::CompleteTaskRequest request;
    request.set_request_id(group.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    *request.mutable_result() = result;
    for (int time = 0; time < 2; ++time) {
      grpc::ClientContext context;
      v1::CompleteTaskResponse response;
      const grpc::Status status = workers->CompleteTask(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
    }
  }

  void Beat(const Group& group, const v1::Lease& lease) {
    v1::HeartbeatRequest request;
    request.set_worker_id(group.name);
    *request.mutable_attempt() = AttemptOf(lease);
    request.mutable_progress()->set_step(1);
    grpc::ClientContext context;
    v1::HeartbeatResponse response;
    EXPECT_TRUE(workers->Heartbeat(&context, request, &response).ok());
    EXPECT_FALSE(response.directive().stop());
  }

  void ReportEpoch(Group& group, const v1::Lease& lease) {
    v1::ReportEpochRequest request;
    request.set_request_id(group.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    request.mutable_metrics()->set_epoch(1);
    request.mutable_metrics()->set_val_log_loss(0.5);
    grpc::ClientContext context;
    v1::ReportEpochResponse response;
    const grpc::Status status = workers->ReportEpoch(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  void Work(const std::string& name) {
    Group group{name};
    Register(name);
    for (int fold = 0; fold < kFoldsOfAGroup && !HasFailure(); ++fold) {
      const v1::Lease lease = AcquireFold(group);
      Beat(group, lease);
      ReportEpoch(group, lease);
      Complete(group, lease, SampleResult(lease));
    }
  }

  // As people follow the sweep to its end; how many tasks they are told were completed.
  int Watch() {
    SweepFeed feed(*people_, "a", 1, kPatienceMs);
    int completed = 0;
    while (!feed.finished()) {
      for (const v1::WatchResponse& event : feed.Take(10'000)) {
        completed += event.record().has_task_completed();
      }
    }
    EXPECT_TRUE(feed.status().ok()) << feed.status();
    return completed;
  }

  // A watch that is left after an event, and one that another thread leaves at any moment.
  void WatchBriefly() {
    grpc::ClientContext context;
    const absl::Status status =
        people_->Watch(context, "a", 1, true, [](const v1::WatchResponse&) { return false; });
    EXPECT_TRUE(status.ok()) << status;
    SweepFeed feed(*people_, "a", 1, kPatienceMs);
    feed.Take(0);
  }

  // A call that is left, perhaps before it is answered.
  void ListBriefly() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
    v1::ListResponse response;
    (void)sweeps->List(&context, v1::ListRequest(), &response);
  }

  void Explain() {
    v1::ExplainRequest request;
    request.set_name("a");
    request.set_trial(0);
    const absl::StatusOr<v1::ExplainResponse> response = people_->Explain(request);
    EXPECT_TRUE(response.ok()) << response.status();
  }

  void TakeBackup() {
    bool is_whole = false;
    const absl::Status status = people_->Backup([&](const v1::BackupResponse& page) {
      is_whole = page.has_end();
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok() && is_whole) << status;
  }

  const TemporaryFolder folder_;
  // With a flag, so that each call has a thread that looks at it.
  const std::atomic<bool> stop_ = false;
  std::optional<Connection> people_;
};

TEST_F(LoadTest, NothingIsLostAmongMany) {
  SubmitOpenSweep();
  std::vector<std::thread> groups;
  for (int i = 0; i < kGroups; ++i) {
    groups.emplace_back([this, i] { Work(absl::StrCat("group", i)); });
  }
  int watched = 0;
  std::thread watcher([&] { watched = Watch(); });
  std::atomic<bool> is_over = false;
  std::thread visitor([&] {
    while (!is_over) {
      EXPECT_TRUE(people_->Get("a").ok());
      Explain();
      WatchBriefly();
      ListBriefly();
      TakeBackup();
    }
  });
  for (std::thread& group : groups) group.join();
  is_over = true;
  visitor.join();
  v1::CancelRequest cancel;
  cancel.set_name("a");
  EXPECT_TRUE(people_->Cancel(cancel).ok());
  watcher.join();
  constexpr int kTasks = kGroups * kFoldsOfAGroup + 1;
  EXPECT_EQ(watched, kTasks);
  EXPECT_TRUE(fatal.ok()) << fatal;

  loop->Stop();
  State replayed{ReplyLimits()};
  ASSERT_TRUE(
      journal->Replay([&](const v1::JournalRecord& record) { return replayed.Apply(record); })
          .ok());
  EXPECT_EQ(StateText(state()), StateText(replayed));
  EXPECT_TRUE(state().snapshot_taken().has_value());
}

}  // namespace
}  // namespace pleat
