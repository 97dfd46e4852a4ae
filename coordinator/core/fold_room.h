// Room for the folds of all sweeps: what came of each is remembered until its sweep is removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "coordinator/core/capacity.h"
#include "coordinator/core/state.h"

namespace pleat {

// The most folds that a sweep may come to, with so many trials. `folds`: once they are cut; before,
// where only the data can tell, it is the most that rows are ever cut into.
uint64_t MostFolds(const v1::SweepSpec& spec, uint64_t trials,
                   const std::optional<v1::FoldsAssigned>& folds);

// The same of a sweep as it is; once its search is over, of the trials that it has.
uint64_t MostFolds(const Sweep& sweep);

// OK if the sweep `name` may have so many folds beside all others, or has as many already, else
// RESOURCE_EXHAUSTED.
absl::Status CheckFoldRoom(const State& state, const Capacity& capacity, const std::string& name,
                           uint64_t folds);

}  // namespace pleat
