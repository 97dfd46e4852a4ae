// The power goes at any call on the journal's files, and what was not synced is lost or torn.
//
// Built twice: as it is, and with protections that can be switched off, where it must be seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/protections.h"
#include "common/base/status_macros.h"
#include "tests/common/store/temporary_folder.h"
#include "tests/coordinator/journal/fault_vfs.h"
#include "tests/coordinator/journal/journal_runs.h"

namespace pleat {
namespace {

// Nothing of what was not synced, or parts of it; the mark, which is never synced, too or not.
struct Loss {
  double kept;
  uint32_t seed;
  bool loses_mark;
};
constexpr Loss kLosses[] = {{0, 0, true},    {0, 0, false},  {0.5, 1, true},
                            {0.5, 2, false}, {0.5, 3, true}, {0.9, 4, true}};

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

// The calls of a run that nothing disturbs.
FaultReport CallsOf(const std::vector<Batch>& run) {
  UseFaultVfs();
  const TemporaryFolder folder;
  SetFaultPlan({});
  EXPECT_EQ(Commit(folder.path(), run), run.size());
  return FaultsSoFar();
}

std::set<int64_t> AllCalls(const std::vector<Batch>& run) {
  std::set<int64_t> calls;
  for (int64_t call = 1; call <= CallsOf(run).calls + 1; ++call) calls.insert(call);
  return calls;
}

struct Search {
  std::string loss;              // the first thing that is lost; empty: nothing is
  std::set<std::string> struck;  // the calls at which the power went
};

// Lets the power go at each of the calls.
Search FindLoss(const std::vector<Batch>& run, const std::set<int64_t>& calls,
                std::span<const Loss> losses = kLosses) {
  Search search;
  for (const int64_t call : calls) {
    for (const Loss& loss : losses) {
      const TemporaryFolder folder;
      const size_t acknowledged = CommitUntil(call, folder.path(), run);
      search.struck.insert(FaultsSoFar().failed);
      SetFaultPlan({});
      LosePower(loss.kept, loss.seed);
      if (loss.loses_mark) std::filesystem::remove(folder / "journal.mark");
      search.loss = WhatIsLost(folder.path(), run, acknowledged);
      LosePower(1, 0);  // the next folder may have the same name
      if (search.loss.empty()) continue;
      search.loss = absl::StrCat("at call ", call, ": ", search.loss);
      return search;
    }
  }
  return search;
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
  EXPECT_THAT(FindLoss(SmallRun(), AllCalls(SmallRun())).loss,
              testing::AnyOf(testing::HasSubstr("batches were acknowledged"),
                             testing::HasSubstr("malformed")));
  switched_off = nullptr;
}

TEST(PowerLoss, IsNoticedWhenWhatAKilledProcessLeftIsNotSynced) {
  const Protection settling = Protection::kSettling;
  switched_off = &settling;
  EXPECT_THAT(FindForgotten(SmallRun()), testing::HasSubstr("are left"));
  switched_off = nullptr;
}

#else

// Those around each sync.
std::set<int64_t> CriticalCalls(const std::vector<Batch>& run) {
  const FaultReport report = CallsOf(run);
  std::set<int64_t> calls = {report.calls + 1};
  for (const int64_t sync : report.syncs) calls.insert({sync - 1, sync, sync + 1});
  return calls;
}

TEST(PowerLoss, LosesNothingThatWasAcknowledgedAtAnyCall) {
  const Search search = FindLoss(SmallRun(), AllCalls(SmallRun()));
  EXPECT_EQ(search.loss, "");
  EXPECT_THAT(search.struck, testing::IsSupersetOf({"write journal.db-wal", "sync journal.db-wal",
                                                    "open journal.db", ""}));
}

TEST(PowerLoss, LosesNothingWhileTheLogIsMovedToTheDatabase) {
  const Search search = FindLoss(LongRun(), CriticalCalls(LongRun()), std::span(kLosses).last(2));
  EXPECT_EQ(search.loss, "");
  EXPECT_THAT(search.struck, testing::IsSupersetOf({"write journal.db", "sync journal.db",
                                                    "sync journal.db-wal", ""}));
}

TEST(PowerLoss, LosesNothingThatWasGivenAfterAKill) { EXPECT_EQ(FindForgotten(SmallRun()), ""); }

#endif

}  // namespace
}  // namespace pleat
