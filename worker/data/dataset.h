// A data set in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "worker/augment/image_shape.h"

namespace pleat {

class DeviceDataset;

// Images as bytes with what belongs to each row.
struct Dataset {
  int64_t rows = 0;
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 1;
  std::vector<uint8_t> pixels;            // [rows, height, width, channels]
  std::vector<int64_t> labels;            // [rows]; empty: unlabelled
  std::vector<std::string> class_names;   // by label; empty: a class is called by its number
  std::vector<std::string> ids;           // [rows]; empty: rows are numbered from 0
  std::vector<int64_t> groups;            // [rows]; empty: none
  std::vector<std::string> group_names;   // by group; empty: groups have no names
  std::vector<std::string> origins;       // names of the sets that rows come from; empty: one set
  std::vector<int32_t> origin_of_rows;    // [rows], into `origins`; empty: one set
  std::vector<int32_t> predefined_folds;  // [rows], cross_validation.predefined; empty: not given
  std::string sha256;                     // of all of the above, as decoded (DatasetSha256)
  // The pixels in GPU memory from the first loader that needs them there until this data set goes,
  // so that tasks share one copy. One thread at a time makes loaders.
  mutable std::shared_ptr<const DeviceDataset> on_device;

  ImageShape shape() const { return {height, width, channels}; }
  const uint8_t* row(int64_t i) const { return pixels.data() + i * height * width * channels; }
};

// Columns that say more of the rows of a CSV file than its source does; empty: none.
struct RowColumns {
  std::string group = {};
  std::string fold = {};
  std::vector<std::string> left_aside = {};  // not read, if they are there
};

// Reads one source, without digest. Errors name the file and where in it, and what to do:
// NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (the content), RESOURCE_EXHAUSTED (does not fit).
// Asks `keep_going` for every few rows.
absl::StatusOr<Dataset> ReadDataset(const v1::DatasetSpec& spec, const RowColumns& columns = {},
                                    const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
