// The power goes at any call on the journal's files, and what was not synced is lost or torn.
//
// Built twice: as it is, and with protections that can be switched off, where it must be seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/protections.h"
#include "common/base/status_macros.h"
#include "tests/common/store/temporary_folder.h"
#include "tests/coordinator/journal/fault_vfs.h"
#include "tests/coordinator/journal/journal_runs.h"

namespace pleat {
namespace {

// Nothing of what was not synced, and parts of it.
struct Loss {
  double kept;
  uint32_t seed;
};
constexpr Loss kLosses[] = {{0, 0}, {0.5, 1}, {0.5, 2}, {0.5, 3}, {0.9, 4}};

// What is wrong, in words, with what a journal gives; empty: it has what was acknowledged, and of
// the next batch all or nothing.
std::string WhatIsLost(const std::string& folder, const std::vector<Batch>& run,
                       size_t acknowledged) {
  const auto found = Reopened(folder);
  if (!found.ok()) return found.status().ToString();
  if (*found == Bytes(run, acknowledged)) return "";
  if (acknowledged < run.size() && *found == Bytes(run, acknowledged + 1)) return "";
  return absl::StrCat(acknowledged, " batches were acknowledged, and ", found->size(),
                      " records found");
}

// Commits a run and kills the process at that call, if it comes so far; how many batches were
// acknowledged.
size_t CommitUntil(int64_t call, const std::string& folder, const std::vector<Batch>& run) {
  SetFaultPlan({.kind = FaultPlan::Kind::kIo, .fail_at = call, .for_good = true});
  return Commit(folder, run);
}

// The first thing that is lost when the power goes at each `step`-th call of a run; empty: nothing
// is.
std::string FindLoss(const std::vector<Batch>& run, int64_t step) {
  UseFaultVfs();
  for (int64_t call = 1;; call += step) {
    bool is_whole = false;
    for (const Loss& loss : kLosses) {
      const TemporaryFolder folder;
      const size_t acknowledged = CommitUntil(call, folder.path(), run);
      is_whole = FaultsSoFar().failed.empty();
      SetFaultPlan({});
      LosePower(loss.kept, loss.seed);
      const std::string lost = WhatIsLost(folder.path(), run, acknowledged);
      LosePower(1, 0);  // the next folder may have the same name
      if (!lost.empty()) return absl::StrCat("at call ", call, ": ", lost);
    }
    if (is_whole) return "";
  }
}

// What a journal gives whose process dies right after; no call of it counts any more.
absl::StatusOr<std::vector<std::string>> GivenBeforeDeath(const std::string& folder) {
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Journal> journal, OpenSqliteJournal(folder));
  const auto page = journal->ReadPage(0, SIZE_MAX);
  SetFaultPlan({.kind = FaultPlan::Kind::kIo, .fail_at = 1, .for_good = true});
  journal.reset();
  SetFaultPlan({});
  PLEAT_RETURN_IF_ERROR(page.status());
  return page->bodies;
}

// The first record that is given to whoever opens the journal of a killed process, and is gone when
// the power goes after that; empty: none is.
std::string FindForgotten(const std::vector<Batch>& run) {
  UseFaultVfs();
  for (int64_t call = 1;; ++call) {
    const TemporaryFolder folder;
    CommitUntil(call, folder.path(), run);
    const bool is_whole = FaultsSoFar().failed.empty();
    SetFaultPlan({});
    const auto given = GivenBeforeDeath(folder.path());
    if (!given.ok()) return given.status().ToString();
    LosePower(0, 0);
    const auto again = Reopened(folder.path());
    LosePower(1, 0);
    if (!again.ok()) return again.status().ToString();
    if (*again != *given) {
      return absl::StrCat("killed at call ", call, ": ", given->size(), " records were given, and ",
                          again->size(), " are left");
    }
    if (is_whole) return "";
  }
}

#ifdef PLEAT_WEAKENABLE

TEST(PowerLoss, IsNoticedWhenCommitsAreNotSynced) {
  const Protection sync = Protection::kSync;
  switched_off = &sync;
  EXPECT_NE(FindLoss(SmallRun(), 1), "");
  switched_off = nullptr;
}

TEST(PowerLoss, IsNoticedWhenWhatAKilledProcessLeftIsNotSynced) {
  const Protection settling = Protection::kSettling;
  switched_off = &settling;
  EXPECT_THAT(FindForgotten(SmallRun()), testing::HasSubstr("are left"));
  switched_off = nullptr;
}

#else

TEST(PowerLoss, LosesNothingThatWasAcknowledgedAtAnyCall) {
  EXPECT_EQ(FindLoss(SmallRun(), 1), "");
}

TEST(PowerLoss, LosesNothingWhileTheLogIsMovedToTheDatabase) {
  EXPECT_EQ(FindLoss(LongRun(), 997), "");
}

TEST(PowerLoss, LosesNothingThatWasGivenAfterAKill) { EXPECT_EQ(FindForgotten(SmallRun()), ""); }

#endif

}  // namespace
}  // namespace pleat
