// Sweeps as tests write them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "common/config/sweep_reader.h"

namespace pleat {

// The resolved spec of a sweep's YAML, which is right.
inline v1::SweepSpec ReadSample(const std::string& text) {
  SweepSource source;
  source.text = text;
  source.file = "sweep.yaml";
  source.folder = "/data";
  const SweepReading reading = ReadSweep(source);
  EXPECT_TRUE(reading.diagnostics.empty()) << FormatDiagnostics(reading.diagnostics);
  return reading.spec;
}

}  // namespace pleat
