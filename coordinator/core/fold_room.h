// Room for the folds of all sweeps: what came of each is remembered until its sweep is removed.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "coordinator/core/capacity.h"
#include "coordinator/core/state.h"

namespace pleat {

// OK if a sweep, as it would be, may come to so many trials beside all others, or comes to as many
// folds already; else RESOURCE_EXHAUSTED. Where only the data can tell the folds of a trial, they
// are taken as the most that rows are ever cut into, until they are cut. Of a sweep whose search is
// over the trials count that it has.
absl::Status CheckFoldRoom(const State& state, const Capacity& capacity, const v1::SweepSpec& spec,
                           uint64_t trials);

}  // namespace pleat
