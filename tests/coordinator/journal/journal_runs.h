// Small lives of a journal, which tests break off and look at again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "coordinator/journal/journal.h"

namespace pleat {

using Batch = std::vector<v1::JournalRecord>;

// Two sweeps, one of which is removed again.
std::vector<Batch> SmallRun();
// As many pages as make the log long enough to be moved to the database.
std::vector<Batch> LongRun();

// Commits what it can; how many batches were acknowledged.
size_t Commit(const std::string& folder, const std::vector<Batch>& run);

// The records that a journal has after so many batches, serialized.
std::vector<std::string> Bytes(const std::vector<Batch>& run, size_t batches);
// Those that a journal gives when it is opened again.
absl::StatusOr<std::vector<std::string>> Reopened(const std::string& folder);

}  // namespace pleat
