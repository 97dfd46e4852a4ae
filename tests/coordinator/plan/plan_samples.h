// Sweeps to be played in tests.
#pragma once

#include <cstdint>
#include <string>

#include "coordinator/plan/play_sweep.h"
#include "proto/sweep.pb.h"

namespace pleat {

// A sweep over a learning rate and dropout: 3 folds of 6 epochs, so many trials by this method.
// `more` are further lines of its `search` section.
v1::SweepSpec PlanSample(const std::string& method, uint32_t trials, const std::string& more = "");
// The same with other lines behind all.
v1::SweepSpec PlanSampleWith(const std::string& method, uint32_t trials, const std::string& rest);

// Played on the objective of `seed`, 10 s for an epoch.
PlayedSweep PlaySample(const v1::SweepSpec& spec, uint32_t groups, uint64_t seed = 1,
                       uint32_t folds = 3, uint32_t ranks = 1);

}  // namespace pleat
