// What a sweep will take, before anything is trained.
#pragma once

#include "absl/status/statusor.h"
#include "proto/plan.pb.h"

namespace pleat {

// Plays the sweep of `request` on its synthetic objectives, and again without `search.pruning` if
// it has any, several plays at a time. The same request gives the same plan. INVALID_ARGUMENT: the
// sweep cannot be played.
absl::StatusOr<v1::Plan> MakePlan(const v1::PlanRequest& request);

}  // namespace pleat
