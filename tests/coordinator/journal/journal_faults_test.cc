// The N-th call fails, for N = 1, 2, 3, … until a run passes without a fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/journal/sqlite_journal.h"
#include "tests/common/store/temporary_folder.h"
#include "tests/coordinator/journal/fault_vfs.h"

namespace pleat {
namespace {

using Batch = std::vector<v1::JournalRecord>;

v1::JournalRecord Record(uint64_t sequence, const std::string& sweep, size_t bytes = 0) {
  v1::JournalRecord record;
  record.set_sequence(sequence);
  record.set_sweep(sweep);
  record.mutable_task_leased()->set_reason(std::string(bytes, 'x'));
  return record;
}

// Two sweeps, one of which is removed again.
std::vector<Batch> SmallRun() {
  v1::JournalRecord removal;
  removal.set_sequence(6);
  removal.set_sweep("a");
  removal.mutable_sweep_removed();
  return {{Record(1, "a"), Record(2, "b")},
          {Record(3, "a", 9000)},
          {Record(4, "a"), Record(5, "b")},
          {removal, Record(7, "b")},
          {Record(8, "c", 3000)}};
}

// As many pages as make the log long enough to be moved to the database.
std::vector<Batch> LongRun() {
  std::vector<Batch> run;
  for (uint64_t i = 1; i <= 7; ++i) run.push_back({Record(i, "a", 1'000'000)});
  return run;
}

// Commits what it can; how many batches were acknowledged.
size_t Commit(const std::string& folder, const std::vector<Batch>& run) {
  const auto journal = OpenSqliteJournal(folder);
  if (!journal.ok()) return 0;
  size_t acknowledged = 0;
  for (const Batch& batch : run) {
    if (!(*journal)->Commit(batch).ok()) break;
    ++acknowledged;
  }
  return acknowledged;
}

std::vector<std::string> Bytes(const std::vector<Batch>& run, size_t batches) {
  const std::unique_ptr<Journal> journal = NewMemoryJournal();
  for (size_t i = 0; i < batches; ++i) EXPECT_TRUE(journal->Commit(run[i]).ok());
  return journal->ReadPage(0, SIZE_MAX)->bodies;
}

std::vector<std::string> Reopened(const std::string& folder) {
  const auto journal = OpenSqliteJournal(folder);
  if (!journal.ok()) {
    ADD_FAILURE() << journal.status();
    return {};
  }
  std::vector<std::string> bytes;
  const absl::Status status = (*journal)->Replay([&](const v1::JournalRecord& record) {
    bytes.push_back(record.SerializeAsString());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return bytes;
}

// Fails call after call of a run. All that was acknowledged is there afterwards, and of the batch
// that failed all or nothing.
int64_t FailEachCall(FaultPlan plan, const std::vector<Batch>& run) {
  UseFaultVfs();
  for (plan.fail_at = 1;; ++plan.fail_at) {
    const TemporaryFolder folder;
    SetFaultPlan(plan);
    const size_t acknowledged = Commit(folder.path(), run);
    const FaultReport report = FaultsSoFar();
    SetFaultPlan({});
    const std::vector<std::string> found = Reopened(folder.path());
    const bool is_next = acknowledged < run.size() && found == Bytes(run, acknowledged + 1);
    EXPECT_TRUE(found == Bytes(run, acknowledged) || is_next)
        << "call " << plan.fail_at << ", " << report.failed << ": " << acknowledged
        << " batches were acknowledged, and " << found.size() << " records found";
    if (report.failed.empty()) {
      EXPECT_EQ(acknowledged, run.size());
      return plan.fail_at;
    }
    if (testing::Test::HasFailure()) return plan.fail_at;
  }
}

TEST(JournalFaults, LosesNothingWhenAnyCallFails) {
  EXPECT_GT(FailEachCall({.kind = FaultPlan::Kind::kIo}, SmallRun()), 30);
}

TEST(JournalFaults, LosesNothingWhenTheDiskIsFullAtAnyCall) {
  EXPECT_GT(FailEachCall({.kind = FaultPlan::Kind::kFull}, SmallRun()), 30);
}

TEST(JournalFaults, LosesNothingWhenAnyWriteIsCutShort) {
  EXPECT_GT(FailEachCall({.kind = FaultPlan::Kind::kShortWrite}, SmallRun()), 30);
}

// The kernel may have dropped what it could not write: a second fsync would say that all is well.
TEST(JournalFaults, NeverGoesOnAfterAFailedFsync) {
  UseFaultVfs();
  FaultPlan plan{.kind = FaultPlan::Kind::kIo, .fail_at = 0, .syncs_only = true};
  const std::vector<Batch> run = LongRun();
  int commits_failed = 0;
  for (plan.fail_at = 1;; ++plan.fail_at) {
    const TemporaryFolder folder;
    SetFaultPlan({});
    auto journal = OpenSqliteJournal(folder.path());
    ASSERT_TRUE(journal.ok()) << journal.status();
    SetFaultPlan(plan);
    size_t acknowledged = 0;
    while (acknowledged < run.size() && (*journal)->Commit(run[acknowledged]).ok()) ++acknowledged;
    const FaultReport report = FaultsSoFar();
    if (report.failed.empty()) {
      EXPECT_EQ(acknowledged, run.size());
      break;
    }
    // In a commit, or when the log was moved to the database after it.
    ASSERT_LT(acknowledged, run.size()) << report.failed << " was not noticed";
    ++commits_failed;
    const int64_t syncs = FaultsSoFar().calls;
    EXPECT_FALSE((*journal)->Commit(run[acknowledged]).ok());
    EXPECT_EQ(FaultsSoFar().calls, syncs);
    SetFaultPlan({});
    *journal = nullptr;
    EXPECT_GE(Reopened(folder.path()).size(), acknowledged);
  }
  // The log is moved once at least: more fsyncs than commits.
  EXPECT_GT(commits_failed, static_cast<int>(run.size()));
}

}  // namespace
}  // namespace pleat
