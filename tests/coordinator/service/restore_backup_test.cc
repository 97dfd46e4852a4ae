// Backups of a running coordinator, and what is restored of them.
#include "coordinator/service/restore_backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "common/store/backup_file.h"
#include "tests/common/store/temporary_folder.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;

constexpr int64_t kNowMs = 1'800'000'000'000;

class RestoreBackupTest : public ServiceFixture {
 protected:
  RestoreBackupTest()
      : file_((folder_ / "a.backup").string()), state_dir_((folder_ / "state").string()) {}

  void BackUp() {
    auto writer = BackupWriter::Create(file_);
    ASSERT_TRUE(writer.ok()) << writer.status();
    grpc::ClientContext context;
    const auto reader = sweeps->Backup(&context, v1::BackupRequest());
    v1::BackupResponse message;
    while (reader->Read(&message)) ASSERT_TRUE(writer->Add(message).ok());
    ASSERT_TRUE(reader->Finish().ok());
    ASSERT_TRUE(writer->Finish().ok());
  }

  absl::StatusOr<v1::BackupEnd> Restore() { return RestoreBackup(file_, state_dir_, kNowMs); }

  // The coordinator goes on with what was restored.
  void GoOnWithRestored() {
    StopCoordinator();
    auto restored = OpenSqliteJournal(state_dir_);
    ASSERT_TRUE(restored.ok()) << restored.status();
    journal = *std::move(restored);
    StartCoordinator();
  }

  v1::Lease Lease(const std::string& worker) {
    grpc::ClientContext context;
    v1::AcquireTaskResponse response;
    EXPECT_TRUE(Acquire(context, worker, 0, response).ok());
    return response.lease();
  }

  // The answer to the result of an attempt, sent with this request id.
  grpc::Status Complete(const v1::Lease& lease, const std::string& request_id) {
    v1::CompleteTaskRequest request;
    request.set_request_id(request_id);
    *request.mutable_attempt() = AttemptOf(lease);
    *request.mutable_result() = SampleResult(lease);
    grpc::ClientContext context;
    v1::CompleteTaskResponse response;
    return workers->CompleteTask(&context, request, &response);
  }

  TemporaryFolder folder_;
  const std::string file_;
  const std::string state_dir_;
};

TEST_F(RestoreBackupTest, GivesTheStateBack) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  Register("w");
  Lease("w");
  ASSERT_NO_FATAL_FAILURE(BackUp());
  const auto end = Restore();
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->store_uuid(), store->uuid());
  ASSERT_TRUE(Submit("later").ok());
  GoOnWithRestored();
  EXPECT_EQ(Get("a").workers_size(), 0);
  grpc::ClientContext context;
  v1::ListResponse list;
  ASSERT_TRUE(sweeps->List(&context, v1::ListRequest(), &list).ok());
  ASSERT_EQ(list.sweeps_size(), 1);
  EXPECT_EQ(list.sweeps(0).name(), "a");
}

// What was handed out after the backup is forgotten, but may have been written.
TEST_F(RestoreBackupTest, NoAttemptWritesWhereAForgottenOneDid) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_NO_FATAL_FAILURE(BackUp());
  Register("w");
  const v1::Lease forgotten = Lease("w");
  ASSERT_TRUE(Restore().ok());
  GoOnWithRestored();
  Register("w");
  const v1::Lease lease = Lease("w");
  EXPECT_EQ(lease.task().id(), forgotten.task().id());
  EXPECT_GT(lease.attempt(), static_cast<uint64_t>(kNowMs));
  EXPECT_NE(lease.folder(), forgotten.folder());
  ASSERT_TRUE(Submit("b").ok());
  Register("other");
  EXPECT_GT(Lease("other").attempt(), static_cast<uint64_t>(kNowMs));
}

TEST_F(RestoreBackupTest, ClientsOfLaterGetNoWrongAnswers) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_NO_FATAL_FAILURE(BackUp());
  Register("w");
  const v1::Lease forgotten = Lease("w");
  ASSERT_TRUE(Complete(forgotten, "w/done").ok());
  ASSERT_TRUE(Restore().ok());
  GoOnWithRestored();
  // It does not know that the answer was yes, and must not say so: the task is to be done again.
  EXPECT_EQ(Complete(forgotten, "w/done").error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  Register("w");
  EXPECT_TRUE(Complete(Lease("w"), "w/again").ok());
}

// An attempt that ran at the time of the backup, and still does, may come to its end.
TEST_F(RestoreBackupTest, RunningAttemptsGoOn) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  Register("w");
  const v1::Lease lease = Lease("w");
  ASSERT_NO_FATAL_FAILURE(BackUp());
  ASSERT_TRUE(Restore().ok());
  GoOnWithRestored();
  EXPECT_TRUE(Complete(lease, "w/done").ok());
}

TEST_F(RestoreBackupTest, CanBeBackedUpAgain) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_NO_FATAL_FAILURE(BackUp());
  ASSERT_TRUE(Restore().ok());
  GoOnWithRestored();
  std::filesystem::remove(file_);
  ASSERT_NO_FATAL_FAILURE(BackUp());
  const auto again = RestoreBackup(file_, (folder_ / "again").string(), kNowMs);
  ASSERT_TRUE(again.ok()) << again.status();
}

TEST_F(RestoreBackupTest, ReplacesNothingAndLeavesNothing) {
  StartCoordinator();
  ASSERT_NO_FATAL_FAILURE(BackUp());
  std::filesystem::create_directory(state_dir_);
  PutFile(state_dir_ + "/mine", "kept");
  const absl::Status status = Restore().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("is not empty"));
  EXPECT_EQ(GetFile(state_dir_ + "/mine"), "kept");
  std::filesystem::remove(state_dir_ + "/mine");
  EXPECT_TRUE(Restore().ok());
}

TEST_F(RestoreBackupTest, RefusesADamagedFileAndMakesNothing) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_NO_FATAL_FAILURE(BackUp());
  const std::string whole = GetFile(file_);
  PutFile(file_, whole.substr(0, whole.size() - 1));
  EXPECT_TRUE(absl::IsDataLoss(Restore().status()));
  EXPECT_FALSE(std::filesystem::exists(state_dir_));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

// A sweep that was removed while the backup was made: its first records are there, the rest is not,
// and its removal is.
TEST_F(RestoreBackupTest, LeavesOutWhatWasRemovedMeanwhile) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w");
  core.Acquire("w");
  const std::vector<v1::JournalRecord> before = core.journal;
  ASSERT_TRUE(core.Cancel("a").ok());
  core.Remove("a").IgnoreError();
  core.RunEffect();
  ASSERT_TRUE(core.Submit(SmallSweep("b", 1, 2)).ok());
  core.Acquire("w");
  auto writer = BackupWriter::Create(file_);
  ASSERT_TRUE(writer.ok());
  v1::BackupResponse message;
  for (const v1::JournalRecord& record : before) message.add_records(record.SerializeAsString());
  for (const v1::JournalRecord& record : core.journal) {
    if (record.sequence() <= before.back().sequence()) continue;
    message.add_records(record.SerializeAsString());
  }
  message.mutable_end()->set_records(message.records_size());
  message.mutable_end()->set_sequence(core.state().sequence());
  message.mutable_end()->set_store_uuid("store-1");
  ASSERT_TRUE(writer->Add(message).ok());
  ASSERT_TRUE(writer->Finish().ok());
  const auto end = Restore();
  ASSERT_TRUE(end.ok()) << end.status();
  State state{ReplyLimits()};
  const auto restored = OpenSqliteJournal(state_dir_);
  ASSERT_TRUE((*restored)
                  ->Replay([&](const v1::JournalRecord& record) { return state.Apply(record); })
                  .ok());
  EXPECT_EQ(state.FindSweep("a"), nullptr);
  EXPECT_NE(state.FindSweep("b"), nullptr);
  EXPECT_TRUE(state.WasRestored());
}

}  // namespace
}  // namespace pleat
