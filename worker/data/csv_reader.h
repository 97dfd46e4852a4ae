// CSV files in Kaggle's form: a header line, then a row of whole numbers per image.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

// Reads the first `limit` rows (0: all) of a CSV file, optionally gzipped, without digest. Columns
// other than labels, ids and `row_columns` are the pixels, 0 to 255, in the file's order. Fields
// may be quoted; lines may end with CRLF; empty lines may stand at the end. Groups are numbered by
// first appearance, and called by what stands in their column. INVALID_ARGUMENT names file, line
// and column: a missing column, a ragged row, a value that is no whole number or out of range. Asks
// `keep_going` for every row.
absl::StatusOr<Dataset> ReadCsvDataset(const v1::CsvSource& source, const RowColumns& row_columns,
                                       uint64_t limit, const KeepGoing& keep_going = NeverStops);

// Names of the columns, from the header line.
absl::StatusOr<std::vector<std::string>> ReadCsvHeader(const std::string& path);

}  // namespace pleat
