// What a request would change of a sweep that exists, or why it cannot: pure functions of the
// sweep. The records are complete but for the round of the race.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "coordinator/core/sweep.h"
#include "proto/coordinator.pb.h"
#include "proto/journal.pb.h"

namespace pleat {

// `now_unix_ms`, here and below: the time of the command, for budgets. INVALID_ARGUMENT: nothing is
// added, or more than a search may have. FAILED_PRECONDITION: the sweep was cancelled, failed
// before its trials ended or makes its ensemble, its space has no more trials, or its budget is
// spent.
absl::StatusOr<v1::SweepExtended> PlanExtension(const Sweep& sweep,
                                                const v1::ExtendRequest& request,
                                                int64_t now_unix_ms);

// Of a trial that was stopped or cancelled all folds may be there, and none is trained. NOT_FOUND:
// it has no such trial or fold. FAILED_PRECONDITION: the trial has not ended, lacks no such fold,
// or lacks more than one that left as a whole; or the sweep cannot go on, as above.
absl::StatusOr<v1::TrialRetried> PlanRetry(const Sweep& sweep, const v1::RetryRequest& request);

// INVALID_ARGUMENT: something is no limit, or no value of it. FAILED_PRECONDITION: nothing changes,
// more has begun or was spent than a limit allows, or the sweep is past all limits.
absl::StatusOr<v1::LimitsChanged> PlanLimits(const Sweep& sweep,
                                             const v1::ChangeLimitsRequest& request,
                                             int64_t now_unix_ms);

}  // namespace pleat
