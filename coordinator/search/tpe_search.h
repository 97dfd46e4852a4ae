// Search by the tree-structured Parzen estimator, see tpe_sampler.h.
#pragma once

#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "common/config/constraints.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// See MakeLearningSearch.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeTpeSearch(
    const v1::SearchSpec& spec, Constraints constraints = {},
    std::span<const PastTrial> earlier = {});

}  // namespace pleat
