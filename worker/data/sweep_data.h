// All data sets of a sweep.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

// The sets of a sweep by split, checked against each other: equal shapes, the same classes. Labels
// of all are numbers of the training set's classes.
struct SweepData {
  uint32_t classes = 0;
  double scale = 255;
  std::vector<std::pair<std::string, Dataset>> splits;  // train, test, then the extra sets
  const Dataset* find(const std::string& split) const;
};

// Reads them, with their digests, and the folds of the training rows if `predefined` names any.
// Paths are absolute. Errors as ReadDataset's, with the name of the set.
absl::StatusOr<SweepData> ReadSweepData(const v1::DataSpec& spec,
                                        const v1::PredefinedSplitSpec& predefined,
                                        const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
