// Sobol search: random search whose draws cover the space more evenly.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/config/constraints.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Trial t is point t of a Sobol sequence that is scrambled by keys drawn from `search.seed`, so
// trials stay the same when `max_trials` grows. In a space that may repeat itself, or has
// constraints, trials are the points that TrialPlan takes. INVALID_ARGUMENT: there are parameters
// but no `max_trials`, more parameters than the sequence has dimensions, a range is empty, or
// nothing keeps the constraints.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSobolSearch(const v1::SearchSpec& spec,
                                                              Constraints constraints = {});

}  // namespace pleat
