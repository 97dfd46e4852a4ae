#include "coordinator/journal/memory_journal.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {

absl::Status MemoryJournal::Replay(
    const std::function<absl::Status(const v1::JournalRecord&)>& apply) {
  for (const auto& [sequence, record] : records_) PLEAT_RETURN_IF_ERROR(apply(record));
  return absl::OkStatus();
}

absl::Status MemoryJournal::Commit(std::span<const v1::JournalRecord> records) {
  for (const v1::JournalRecord& record : records) {
    if (TellsOfRemoval(record)) {
      std::erase_if(records_, [&](const auto& entry) {
        return JournalOwner(entry.second) == JournalOwner(record) &&
               entry.first < record.sequence();
      });
    }
    if (!records_.emplace(record.sequence(), record).second) {
      return absl::InternalError(
          absl::StrCat("journal has a record ", record.sequence(), " already"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::JournalRecord>> MemoryJournal::Read(const std::string& sweep,
                                                                   uint64_t from, size_t limit) {
  std::vector<v1::JournalRecord> records;
  for (auto entry = records_.lower_bound(from); entry != records_.end() && records.size() < limit;
       ++entry) {
    if (entry->second.sweep() == sweep) records.push_back(entry->second);
  }
  return records;
}

std::unique_ptr<Journal> NewMemoryJournal() { return std::make_unique<MemoryJournal>(); }

}  // namespace pleat
