// Rows whose images are equal to the last byte.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "worker/data/dataset.h"

namespace pleat {

// A row of a split.
struct RowPlace {
  size_t split = 0;
  int64_t row = 0;
  int64_t label = -1;   // -1: not known
  std::string id = {};  // empty: the data set has no ids
  bool operator==(const RowPlace&) const = default;
};

// All rows that have one image; at least two, by split and row.
struct DuplicateSet {
  std::vector<RowPlace> rows = {};
  bool is_between_splits = false;
  bool is_conflict = false;  // two of the rows have different labels
};

struct DuplicateFacts {
  std::vector<DuplicateSet> sets = {};  // by their first row
  // [splits][splits]: rows of the first whose image stands in the second, too; on the diagonal,
  // rows whose image an earlier row of the split has.
  std::vector<std::vector<uint64_t>> rows = {};
};

// Finds them by hash; images of equal hash are compared. Splits are `splits`' in order.
absl::StatusOr<DuplicateFacts> FindDuplicates(
    const std::vector<std::pair<std::string, Dataset>>& splits,
    const KeepGoing& keep_going = NeverStops);

// The most telling of the sets, at most `most`: with labels that differ first, then those between
// splits; places in `facts.sets`.
std::vector<size_t> MostTelling(const DuplicateFacts& facts, size_t most);

}  // namespace pleat
