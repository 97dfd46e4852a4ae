#include "coordinator/journal/journal.h"

#include "absl/strings/str_cat.h"

namespace pleat {

std::string JournalOwner(const v1::JournalRecord& record) {
  return record.study().empty() ? record.sweep() : absl::StrCat("study/", record.study());
}

bool TellsOfRemoval(const v1::JournalRecord& record) {
  return record.has_sweep_removed() || record.has_study_removed();
}

}  // namespace pleat
