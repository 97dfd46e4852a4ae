// A journal in memory to derive from: one that differs in a call or two.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coordinator/journal/journal.h"

namespace pleat {

class WrappedJournal : public Journal {
 public:
  explicit WrappedJournal(std::unique_ptr<Journal> journal = NewMemoryJournal())
      : journal_(std::move(journal)) {}

  absl::Status ReplayFrom(uint64_t from, const ApplyRecord& apply) override {
    return journal_->ReplayFrom(from, apply);
  }
  absl::Status Commit(std::span<const v1::JournalRecord> records) override {
    return journal_->Commit(records);
  }
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& owner, uint64_t from,
                                                      size_t limit) override {
    return journal_->Read(owner, from, limit);
  }
  absl::StatusOr<RecordPage> ReadPage(uint64_t from, size_t bytes) override {
    return journal_->ReadPage(from, bytes);
  }
  absl::StatusOr<bool> Has(uint64_t sequence) override { return journal_->Has(sequence); }

 private:
  const std::unique_ptr<Journal> journal_;
};

}  // namespace pleat
