// Snapshots are made while the coordinator serves, and the next start begins with the last one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/common/store/temporary_folder.h"
#include "tests/coordinator/journal/wrapped_journal.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

// Knows from where it was replayed.
class ObservedJournal final : public WrappedJournal {
 public:
  absl::Status ReplayFrom(uint64_t from, const ApplyRecord& apply) override {
    replayed_from.push_back(from);
    return WrappedJournal::ReplayFrom(from, apply);
  }

  std::vector<uint64_t> replayed_from;
};

class SnapshotTest : public ServiceFixture {
 protected:
  SnapshotTest() {
    auto owned = std::make_unique<ObservedJournal>();
    observed_ = owned.get();
    journal = std::move(owned);
    loop_options.state_dir = folder_.path();
    loop_options.snapshot_every = 10;
  }

  // Sweeps that are submitted and cancelled, until a snapshot is named that reckons with `least`.
  v1::SnapshotTaken WorkUntilSnapshot(uint64_t least) {
    while (!testing::Test::HasFailure()) {
      const std::string name = absl::StrCat("sweep", ++sweeps_);
      EXPECT_TRUE(Submit(name).ok());
      EXPECT_TRUE(Cancel(name).ok());
      const v1::SnapshotTaken taken = LastNamed();
      if (taken.sequence() >= least) return taken;
    }
    return {};
  }

  static v1::SnapshotTaken LastIn(const RecordPage& all) {
    v1::SnapshotTaken taken;
    for (const std::string& body : all.bodies) {
      v1::JournalRecord record;
      record.ParseFromString(body);
      if (record.has_snapshot_taken()) taken = record.snapshot_taken();
    }
    return taken;
  }

  v1::SnapshotTaken LastNamed() {
    std::promise<v1::SnapshotTaken> named;
    loop->ReadPage(0, SIZE_MAX,
                   [&](const absl::StatusOr<RecordPage>& page) { named.set_value(LastIn(*page)); });
    return named.get_future().get();
  }

  // Another may have been named at the last moment.
  v1::SnapshotTaken StopAndFindLast() {
    StopCoordinator();
    return LastIn(*journal->ReadPage(0, SIZE_MAX));
  }

  // The state that a replay of the whole journal comes to.
  std::string ReplayedState() {
    State state{ReplyLimits()};
    EXPECT_TRUE(
        journal->Replay([&](const v1::JournalRecord& record) { return state.Apply(record); }).ok());
    return StateText(state);
  }

  // Starts again; from which record the journal was replayed.
  std::vector<uint64_t> RestartedFrom() {
    StopCoordinator();
    observed_->replayed_from.clear();
    StartCoordinator();
    const std::vector<uint64_t> from = observed_->replayed_from;
    loop->Stop();
    EXPECT_EQ(StateText(state()), ReplayedState());
    return from;
  }

  TemporaryFolder folder_;
  ObservedJournal* observed_ = nullptr;
  int sweeps_ = 0;
};

TEST_F(SnapshotTest, BeginTheNextStart) {
  StartCoordinator();
  const v1::SnapshotTaken first = WorkUntilSnapshot(1);
  WorkUntilSnapshot(first.sequence() + 10);
  const v1::SnapshotTaken taken = StopAndFindLast();
  EXPECT_GE(taken.sequence(), 20);
  EXPECT_THAT(RestartedFrom(), testing::ElementsAre(taken.sequence() + 1));
}

TEST_F(SnapshotTest, AreIgnoredWhenDamaged) {
  StartCoordinator();
  WorkUntilSnapshot(1);
  const v1::SnapshotTaken taken = StopAndFindLast();
  std::string bytes = GetFile(folder_ / taken.file());
  bytes[bytes.size() / 2] ^= 1;
  PutFile(folder_ / taken.file(), bytes);
  EXPECT_THAT(RestartedFrom(), testing::ElementsAre(0));
}

TEST_F(SnapshotTest, AreIgnoredWhenGone) {
  StartCoordinator();
  WorkUntilSnapshot(1);
  std::filesystem::remove(folder_ / StopAndFindLast().file());
  EXPECT_THAT(RestartedFrom(), testing::ElementsAre(0));
}

TEST_F(SnapshotTest, GoOnAfterADamagedOne) {
  StartCoordinator();
  WorkUntilSnapshot(1);
  const v1::SnapshotTaken damaged = StopAndFindLast();
  PutFile(folder_ / damaged.file(), "damaged");
  StartCoordinator();
  WorkUntilSnapshot(damaged.sequence() + 1);
  const v1::SnapshotTaken taken = StopAndFindLast();
  EXPECT_THAT(RestartedFrom(), testing::ElementsAre(taken.sequence() + 1));
}

// The snapshot still has the sweep, the journal has dropped its records.
TEST_F(SnapshotTest, LeaveOutWhatWasRemovedSince) {
  StartCoordinator();
  ASSERT_TRUE(Submit("kept").ok());
  Register("w");
  grpc::ClientContext context;
  v1::AcquireTaskResponse task;
  ASSERT_TRUE(Acquire(context, "w", 0, task).ok());
  ASSERT_TRUE(task.has_lease());
  WorkUntilSnapshot(1);
  const v1::SnapshotTaken taken = StopAndFindLast();
  loop_options.snapshot_every = 1'000'000;
  StartCoordinator();
  ASSERT_TRUE(Cancel("kept").ok());
  v1::RemoveRequest request;
  request.set_request_id(NextId());
  request.set_name("kept");
  grpc::ClientContext call;
  v1::RemoveResponse response;
  ASSERT_TRUE(sweeps->Remove(&call, request, &response).ok());
  EXPECT_THAT(RestartedFrom(), testing::ElementsAre(taken.sequence() + 1));
}

}  // namespace
}  // namespace pleat
