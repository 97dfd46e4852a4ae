// What each column of a CSV file of images is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

enum class CsvRole : uint8_t { kPixel, kLabel, kId, kGroup, kFold, kLeftAside };

struct CsvColumns {
  std::vector<std::string> names;  // as in the header
  std::vector<CsvRole> roles;      // [names.size()]
  bool has_labels = false;
  bool has_ids = false;
  bool has_groups = false;
  int64_t height = 0;
  int64_t width = 0;  // height x width = number of pixel columns
};

// Finds the columns that `source` and `row_columns` name; the others are pixels.
// INVALID_ARGUMENT names the column that is missing, double or used twice, or the number of pixels
// that makes no image.
absl::StatusOr<CsvColumns> AssignCsvColumns(const v1::CsvSource& source,
                                            const RowColumns& row_columns,
                                            std::vector<std::string> names);

// The names of a wide file for people, shortened in the middle.
std::string SummarizeColumns(const std::vector<std::string>& names);

}  // namespace pleat
