// Random search (Bergstra & Bengio 2012, "Random search for hyper-parameter optimization").
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Parameter i of trial t is drawn at position (t, i) of the key `search.seed`: independent of all
// other draws, so trials stay the same when `max_trials` grows. Reals are rounded to 6 significant
// digits and stay within [min, max]. Points of a discrete space may come twice.
// INVALID_ARGUMENT: there are parameters but no `max_trials`, or a range is empty.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeRandomSearch(const v1::SearchSpec& spec);

}  // namespace pleat
