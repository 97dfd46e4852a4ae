// Search by the tree-structured Parzen estimator, see tpe_sampler.h.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// A trial's draws are at its number's positions of the key `search.seed`.
// INVALID_ARGUMENT: there are parameters but no `max_trials`, or a range is empty.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeTpeSearch(const v1::SearchSpec& spec);

}  // namespace pleat
