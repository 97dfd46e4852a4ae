// The training rows of a sweep, from one set or several.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

struct TrainingRows {
  Dataset dataset;
  uint32_t classes = 0;
};

// The rows of `data.train`, then those of each set of `data.merge` (AppendRows), with the groups
// that `data.groups` gives and the folds that `predefined` gives, if any; without digest. Classes
// are those of `data.train`, all of which have rows, or as many as `data.classes` says; a merged
// set brings no class of its own. Errors as ReadDataset's, with the name of the set.
absl::StatusOr<TrainingRows> ReadTrainingRows(const v1::DataSpec& spec,
                                              const v1::PredefinedSplitSpec& predefined,
                                              const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
