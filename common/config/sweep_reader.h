// From the YAML text of a sweep to its resolved SweepSpec.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"

namespace pleat {

// What is wrong at one place. `line` and `column` count from 1; 0: no place (an override, a missing
// section).
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string path;     // "training.optimizer.rmsprop.lr"
  std::string message;  // what, and what to do
};

// "file:line:column: path: message", one per line.
std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics);

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
