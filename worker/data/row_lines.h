// A text file that says something of each row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/keep_going.h"

namespace pleat {

// The lines of `path`, optionally gzipped, without surrounding blanks, one for each of `rows`
// training rows. INVALID_ARGUMENT, as that of a `field` of the sweep: another number of lines, or
// an empty one. Errors of the file as InputFile's. Asks `keep_going` for every line.
absl::StatusOr<std::vector<std::string>> ReadRowLines(const std::string& path,
                                                      absl::string_view field, int64_t rows,
                                                      const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
