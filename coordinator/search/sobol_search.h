// Sobol search: random search whose draws cover the space more evenly.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Trial t is point t of a Sobol sequence that is scrambled by keys drawn from `search.seed`, so
// trials stay the same when `max_trials` grows. INVALID_ARGUMENT: there are parameters but no
// `max_trials`, more parameters than the sequence has dimensions, or a range is empty.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSobolSearch(const v1::SearchSpec& spec);

}  // namespace pleat
