// A sweep's YAML on disk, or sent.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/sweep_reader.h"
#include "proto/sweep.pb.h"

namespace pleat {

struct SweepFile {
  std::string source;  // the text as written
  v1::SweepSpec spec;  // resolved
};

// Reads and checks `path` with its overrides ("path=value"). INVALID_ARGUMENT: the message is every
// diagnostic, a line each. NOT_FOUND, PERMISSION_DENIED: the file cannot be read.
absl::StatusOr<SweepFile> ReadSweepFile(const std::string& path,
                                        const std::vector<std::string>& overrides);

// The same of a text that came from elsewhere.
absl::StatusOr<SweepFile> ReadSweepSource(SweepSource source);

}  // namespace pleat
