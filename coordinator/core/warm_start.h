// What a search learns from the trials of earlier sweeps (search.warm_start). Pure functions of the
// state; it is resolved once, before the first trial, and journaled, so that the earlier sweeps may
// go away and a replay takes the same.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/core/state.h"
#include "coordinator/search/search_method.h"
#include "proto/journal.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The most trials that are taken, of all sweeps together.
inline constexpr size_t kMostWarmTrials = 1000;

// Checks what a sweep that is to be accepted names: sweeps that are there, have ended with a
// trained trial, and have its metric. FAILED_PRECONDITION says which does not, with the field's
// path.
absl::Status CheckWarmStart(const State& state, const v1::SweepSpec& spec);

// True if the sweep has yet to take trials of sweep `name`, which therefore must stay.
bool AwaitsWarmStart(const Sweep& sweep, const std::string& name);

// What is taken of each sweep: its finished trials that stand in this sweep's space (see
// PointTransfer), with a score or, of fewer than half the folds, as failed ones. Of more than
// kMostWarmTrials each sweep's last ones. FAILED_PRECONDITION: as above, or one was trained on
// other rows, so that scores do not compare.
absl::StatusOr<v1::WarmStartFixed> ResolveWarmStart(const State& state, const Sweep& sweep);

// The trials that were taken, as the search takes them.
std::vector<PastTrial> WarmTrials(const v1::SearchSpec& search, const v1::WarmStartFixed& fixed);

}  // namespace pleat
