// The N-th call fails, for N = 1, 2, 3, … until a run passes without a fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/common/store/temporary_folder.h"
#include "tests/coordinator/journal/fault_vfs.h"
#include "tests/coordinator/journal/journal_runs.h"

namespace pleat {
namespace {

// That what was acknowledged is there, and of the next batch all or nothing.
void ExpectKept(const std::string& folder, const std::vector<Batch>& run, size_t acknowledged) {
  const auto found = Reopened(folder);
  ASSERT_TRUE(found.ok()) << found.status();
  const bool is_next = acknowledged < run.size() && *found == Bytes(run, acknowledged + 1);
  EXPECT_TRUE(*found == Bytes(run, acknowledged) || is_next)
      << acknowledged << " batches were acknowledged, and " << found->size() << " records found";
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
    SCOPED_TRACE(absl::StrCat("call ", plan.fail_at, ", ", report.failed));
    ExpectKept(folder.path(), run, acknowledged);
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
    EXPECT_GE(Reopened(folder.path()).value().size(), acknowledged);
  }
  // The log is moved once at least: more fsyncs than commits.
  EXPECT_GT(commits_failed, static_cast<int>(run.size()));
}

}  // namespace
}  // namespace pleat
