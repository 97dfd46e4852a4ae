#include "coordinator/journal/memory_journal.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {

absl::Status MemoryJournal::ReplayFrom(uint64_t from, const ApplyRecord& apply) {
  for (auto entry = records_.lower_bound(from); entry != records_.end(); ++entry) {
    PLEAT_RETURN_IF_ERROR(apply(entry->second));
  }
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

absl::StatusOr<std::vector<v1::JournalRecord>> MemoryJournal::Read(const std::string& owner,
                                                                   uint64_t from, size_t limit) {
  std::vector<v1::JournalRecord> records;
  for (auto entry = records_.lower_bound(from); entry != records_.end() && records.size() < limit;
       ++entry) {
    if (JournalOwner(entry->second) == owner) records.push_back(entry->second);
  }
  return records;
}

absl::StatusOr<RecordPage> MemoryJournal::ReadPage(uint64_t from, size_t bytes) {
  RecordPage page{.bodies = {}, .next = from, .is_last = false};
  auto entry = records_.lower_bound(from);
  for (size_t taken = 0; entry != records_.end() && taken < bytes; ++entry) {
    page.bodies.push_back(entry->second.SerializeAsString());
    page.next = entry->first + 1;
    taken += page.bodies.back().size();
  }
  page.is_last = entry == records_.end();
  return page;
}

std::unique_ptr<Journal> NewMemoryJournal() { return std::make_unique<MemoryJournal>(); }

}  // namespace pleat
