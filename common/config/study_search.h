// The search of a study: a space under names of one's own, apart from any model.
#pragma once

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The search with all defaults filled in. INVALID_ARGUMENT: every problem by its path, a line each:
// what the distributions and conditions of a sweep are refused for, no limit of trials, and what
// has no meaning without a model: constraints, links, trials by hand, an external method.
absl::StatusOr<v1::SearchSpec> ResolveStudySearch(const v1::SearchSpec& search);

}  // namespace pleat
