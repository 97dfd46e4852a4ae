#include "tests/coordinator/journal/journal_runs.h"

#include <gtest/gtest.h>

#include "common/base/status_macros.h"

namespace pleat {
namespace {

v1::JournalRecord Record(uint64_t sequence, const std::string& sweep, size_t bytes = 0) {
  v1::JournalRecord record;
  record.set_sequence(sequence);
  record.set_sweep(sweep);
  record.mutable_task_leased()->set_reason(std::string(bytes, 'x'));
  return record;
}

}  // namespace

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

std::vector<Batch> LongRun() {
  std::vector<Batch> run;
  for (uint64_t i = 1; i <= 5; ++i) run.push_back({Record(i, "a", 1'000'000)});
  return run;
}

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

absl::StatusOr<std::vector<std::string>> Reopened(const std::string& folder) {
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<Journal> journal, OpenSqliteJournal(folder));
  std::vector<std::string> bytes;
  PLEAT_RETURN_IF_ERROR(journal->Replay([&](const v1::JournalRecord& record) {
    bytes.push_back(record.SerializeAsString());
    return absl::OkStatus();
  }));
  return bytes;
}

}  // namespace pleat
