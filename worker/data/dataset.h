// A data set in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

class DeviceDataset;

// Images as bytes with what belongs to each row.
struct Dataset {
  int64_t rows = 0;
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 1;
  std::vector<uint8_t> pixels;   // [rows, height, width, channels]
  std::vector<int64_t> labels;   // [rows]; empty: unlabelled
  std::vector<std::string> ids;  // [rows]; empty: rows are numbered from 0
  std::vector<int64_t> groups;   // [rows]; empty: none
  std::string sha256;            // of all of the above, as decoded
  // The pixels in GPU memory from the first loader that needs them there until this data set goes,
  // so that tasks share one copy. One thread at a time makes loaders.
  mutable std::shared_ptr<const DeviceDataset> on_device;

  const uint8_t* row(int64_t i) const { return pixels.data() + i * height * width * channels; }
};

// Reads one source. `groups`, if not null, are cut as it says. Errors name the file and where in
// it, and what to do: NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (the content),
// RESOURCE_EXHAUSTED (does not fit). Asks `keep_going` for every few rows.
absl::StatusOr<Dataset> ReadDataset(const v1::DatasetSpec& spec, const v1::GroupsSpec* groups,
                                    const KeepGoing& keep_going = NeverStops);

// All sets of a sweep by split ("train", "test", extra names), checked against each other: equal
// shapes, labels below the number of classes. Paths in `spec` are absolute.
struct SweepData {
  uint32_t classes = 0;
  double scale = 255;
  std::vector<std::pair<std::string, Dataset>> splits;  // train, test, then the extra sets
  const Dataset* find(const std::string& split) const;
};
absl::StatusOr<SweepData> ReadSweepData(const v1::DataSpec& spec,
                                        const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
