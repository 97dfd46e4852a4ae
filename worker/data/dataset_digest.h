// Identity of a decoded data set.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "worker/data/dataset.h"

namespace pleat {

// SHA-256, lower-case hex, over a line with version and shape, then pixels, labels, class names,
// ids, groups, origins, the rows' origins and predefined folds; texts each with their length,
// numbers as little-endian 64 bits (origins of rows and folds 32). It depends on what was decoded,
// not on the file format or compression; groups count by their numbers. An error is that of
// `keep_going`, asked every few megabytes.
absl::StatusOr<std::string> DatasetSha256(const Dataset& dataset,
                                          const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
