// What the coordinator is told of a data set.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/artifact.pb.h"
#include "worker/data/sweep_data.h"

namespace pleat {

// Writes what `dataset`, the set `split` of `data`, has of labels.npy, groups.npy, origins.npy,
// predefined.npy and ids.txt below `folder`/`split`, and says where they are and what they are of.
// Errors of the store.
absl::StatusOr<v1::DatasetInfo> PublishDataset(Store& store, const std::string& folder,
                                               const std::string& split, const Dataset& dataset,
                                               const SweepData& data);

}  // namespace pleat
