// Random search (Bergstra & Bengio 2012, "Random search for hyper-parameter optimization").
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/search/search_method.h"
#include "coordinator/search/search_space.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Values of all dimensions: dimension i of draw n is drawn at position (n, stream + i) of the key
// `seed`, independent of all other draws.
std::vector<std::string> RandomValues(const SearchSpace& space, uint64_t seed, uint32_t number,
                                      uint32_t stream = 0);

// Trial t is draw t of the key `search.seed`, so trials stay the same when `max_trials` grows.
// Reals are rounded to 6 significant digits and stay within [min, max]. In a space that may repeat
// itself, or has constraints, trials are the draws that TrialPlan takes. INVALID_ARGUMENT: there
// are parameters but no `max_trials`, a range is empty, or nothing keeps the constraints.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeRandomSearch(const v1::SearchSpec& spec,
                                                               Constraints constraints = {});

}  // namespace pleat
