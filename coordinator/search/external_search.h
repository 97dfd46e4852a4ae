// Search by somebody else: a client gives the trials while the sweep runs.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/config/constraints.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Has room for `max_trials`, and suggests none: Take checks each one's values as those of
// `search.enqueue` are, and every parameter that is part of the trial must have one, unless it has
// but one to take; values of others have no effect. INVALID_ARGUMENT: a range is empty, or nothing
// keeps the constraints.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeExternalSearch(const v1::SweepSpec& spec,
                                                                 Constraints constraints);

}  // namespace pleat
