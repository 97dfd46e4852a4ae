// Which training rows belong together, by `data.groups`. Its `column` is read with the CSV files.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/base/keep_going.h"
#include "worker/data/dataset.h"

namespace pleat {

// Row i is of group i / rows_per_group. INVALID_ARGUMENT if that is 0.
absl::Status GroupConsecutiveRows(uint64_t rows_per_group, Dataset& dataset);

// Rows of equal lines in a text file are one group; groups are numbered by first appearance. Errors
// as ReadRowLines's.
absl::Status GroupByFile(const std::string& path, Dataset& dataset, const KeepGoing& keep_going);

// Rows of one origin are one group. INVALID_ARGUMENT if all come from one set.
absl::Status GroupByOrigin(Dataset& dataset);

}  // namespace pleat
