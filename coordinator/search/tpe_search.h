// Search by the tree-structured Parzen estimator, see tpe_sampler.h.
#pragma once

#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "common/config/constraints.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// A trial's draws are at its number's positions of the key `search.seed`. In a space that may
// repeat itself, or has constraints, the startup is a TrialPlan of its points, followed by random
// ones, and a later suggestion that is of no use makes way for a random one. Trials of `earlier`
// sweeps count as if they stood before the first; so many fewer make the startup. INVALID_ARGUMENT:
// there are parameters but no `max_trials`, a range is empty, or nothing keeps the constraints.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeTpeSearch(
    const v1::SearchSpec& spec, Constraints constraints = {},
    std::span<const PastTrial> earlier = {});

}  // namespace pleat
