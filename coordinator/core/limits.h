// The limits of a sweep that may change while it runs: how many trials, how many at once, failures
// of a fold, and the budget.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "proto/journal.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The spec with these limits, "search.max_trials=12" each; a part of the budget that becomes "none"
// is taken out. INVALID_ARGUMENT: one line about the first that is no limit or takes no such value.
absl::StatusOr<v1::SweepSpec> WithLimits(
    v1::SweepSpec spec, const google::protobuf::RepeatedPtrField<std::string>& limits);

// The limits that differ, with their values in words.
std::vector<v1::LimitChange> ChangedLimits(const v1::SweepSpec& from, const v1::SweepSpec& to);

}  // namespace pleat
