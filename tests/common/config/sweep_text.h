// YAML for the tests of the configuration.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/config/sweep_reader.h"

namespace pleat {

// A small sweep that holds; `more` is appended to it.
inline std::string SmallSweep(const std::string& more = "") {
  return "name: small\n"
         "data: {train: {synthetic_digits: {samples: 100}}}\n" +
         more;
}

inline SweepReading ReadText(std::string text, std::vector<std::string> overrides = {}) {
  return ReadSweep({.text = std::move(text),
                    .file = "sweep.yaml",
                    .folder = "/home/me",
                    .overrides = std::move(overrides)});
}

// All diagnostics of a text, one per line; empty if it holds.
inline std::string DiagnosticsOf(std::string text, std::vector<std::string> overrides = {}) {
  return FormatDiagnostics(ReadText(std::move(text), std::move(overrides)).diagnostics);
}

}  // namespace pleat
