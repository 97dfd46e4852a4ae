// Grid search: every combination of the parameters' values.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/config/constraints.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The last parameter varies fastest, as in nested loops written in the YAML's order; with
// conditions or constraints, the points of SearchGrid. Each parameter is a list, or a range of
// whole numbers or of steps; `max_trials` > 0 takes only the first points. Those given by hand come
// before. INVALID_ARGUMENT: a parameter is a range of reals without steps, or the grid has more
// than 1,000,000 points to be tried.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeGridSearch(const v1::SearchSpec& spec,
                                                             Constraints constraints = {});

}  // namespace pleat
