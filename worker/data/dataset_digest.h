// Identity of a decoded data set.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "worker/data/dataset.h"

namespace pleat {

// SHA-256, lower-case hex, over a line with version and shape, then pixels, labels, ids (each with
// its length) and groups, numbers as little-endian 64 bits. It depends on what was decoded, not on
// the file format or compression.
// An error is that of `keep_going`, asked every few megabytes.
absl::StatusOr<std::string> DatasetSha256(const Dataset& dataset,
                                          const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
