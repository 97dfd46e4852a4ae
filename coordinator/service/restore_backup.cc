#include "coordinator/service/restore_backup.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/backup_file.h"
#include "common/store/file_error.h"
#include "common/store/partial_folder.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/journal.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

absl::Status CheckIsFree(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return absl::OkStatus();
  const bool is_empty = fs::is_empty(folder, error);
  if (error) return FileError(error.value(), "look at", folder.string());
  if (is_empty) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "state folder ", folder.string(),
      " is not empty, and a restore replaces nothing; name a new folder with --state"));
}

// Appends the records of a backup, message by message, up to its end.
absl::StatusOr<v1::BackupEnd> TakeRecords(BackupReader& backup, const std::string& file,
                                          Journal& journal) {
  while (true) {
    PLEAT_ASSIGN_OR_RETURN(const v1::BackupResponse message, backup.Next());
    std::vector<v1::JournalRecord> records(message.records_size());
    for (int i = 0; i < message.records_size(); ++i) {
      if (records[i].ParseFromString(message.records(i))) continue;
      return absl::DataLossError(absl::StrCat("backup ", file, " holds what is no record"));
    }
    PLEAT_RETURN_IF_ERROR(journal.Commit(records));
    if (message.has_end()) return message.end();
  }
}

// DATA_LOSS: the records do not fit together.
absl::StatusOr<std::unique_ptr<State>> Replayed(Journal& journal) {
  auto state = std::make_unique<State>(ReplyLimits());
  PLEAT_RETURN_IF_ERROR(
      journal.Replay([&](const v1::JournalRecord& record) { return state->Apply(record); }));
  return state;
}

v1::JournalRecord Restored(const State& state, int64_t now_unix_ms) {
  v1::JournalRecord record;
  record.set_sequence(state.sequence() + 1);
  record.set_time_unix_ms(now_unix_ms);
  record.mutable_journal_restored()->set_backup_sequence(state.sequence());
  record.mutable_journal_restored()->set_attempts_before(
      std::max(static_cast<uint64_t>(now_unix_ms), state.HighestAttempt() + 1));
  return record;
}

}  // namespace

absl::StatusOr<v1::BackupEnd> RestoreBackup(const std::string& file, const std::string& state_dir,
                                            int64_t now_unix_ms) {
  PLEAT_ASSIGN_OR_RETURN(BackupReader backup, BackupReader::Open(file));
  PLEAT_ASSIGN_OR_RETURN(const fs::path target, ResolveFolder(state_dir));
  PLEAT_RETURN_IF_ERROR(CheckIsFree(target));
  PartialFolder partial(target, "pleat.restore");
  PLEAT_RETURN_IF_ERROR(partial.Create());
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Journal> journal,
                         OpenSqliteJournal(partial.path().string()));
  PLEAT_ASSIGN_OR_RETURN(v1::BackupEnd end, TakeRecords(backup, file, *journal));
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<State> state, Replayed(*journal));
  if (state->sequence() != end.sequence() || state->store_uuid() != end.store_uuid()) {
    return absl::DataLossError(absl::StrCat("backup ", file, " does not end as it says"));
  }
  const v1::JournalRecord restored[] = {Restored(*state, now_unix_ms)};
  PLEAT_RETURN_IF_ERROR(state->Apply(restored[0]));
  PLEAT_RETURN_IF_ERROR(journal->Commit(restored));
  journal = nullptr;  // moves the log into the database
  PLEAT_RETURN_IF_ERROR(partial.Publish());
  return end;
}

}  // namespace pleat
