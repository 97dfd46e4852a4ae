// From the YAML text of a sweep to its resolved SweepSpec.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

struct SweepSource {
  std::string text;
  std::string file;                    // for messages
  std::string folder;                  // absolute; base of relative paths
  std::vector<std::string> overrides;  // "training.epochs=3", applied after the YAML, in order
};

// Reads, overrides, fills in defaults, makes paths absolute and checks everything that can be
// checked without the data. Returns the spec, or every diagnostic of the text in one go.
struct SweepReading {
  v1::SweepSpec spec;
  std::vector<Diagnostic> diagnostics;  // empty: the spec holds
};
SweepReading ReadSweep(const SweepSource& source);

// Checks a resolved spec that came from elsewhere (the coordinator's second look): ranges, required
// fields, search space. INVALID_ARGUMENT lists every problem by path.
absl::Status CheckSweepSpec(const v1::SweepSpec& spec);

}  // namespace pleat
