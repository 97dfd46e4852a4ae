// Search by a sampler that learns from the trials before.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/constraints.h"
#include "coordinator/search/search_cube.h"
#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// What a sampler suggests.
struct LearnedPoint {
  CubePoint point;
  // How it came to the point by the trials; empty: it is a point of the startup.
  std::string reason;
};

// Suggests points of a cube, a pure function of its arguments. `trials` stand in the order of their
// numbers, those of earlier sweeps before the first; a point that is tried or that `may_be` refuses
// is suggested only where none better was found.
using CubeSampler = std::function<LearnedPoint(std::span<const CubeDimension> dimensions,
                                               std::span<const CubeTrial> trials, uint64_t seed,
                                               uint32_t trial, const CubeFilter& may_be)>;

// Search with `sampler`, named `name` in what people read, whose startup (IsInStartup,
// StartupPoint) has `startup_trials`.
//
// A trial's draws are at its number's positions of the key `search.seed`. In a space that may
// repeat itself, or has constraints, the startup is a TrialPlan of its points, followed by random
// ones. A later suggestion that repeats a trial or breaks a constraint makes way for a random one.
// Trials of `earlier` sweeps count as if they stood before the first; so many fewer make the
// startup. INVALID_ARGUMENT: there are parameters but no `max_trials`, a range is empty, nothing
// keeps the constraints, or the startup has more than 10,000 trials.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeLearningSearch(
    const std::string& name, uint32_t startup_trials, CubeSampler sampler,
    const v1::SearchSpec& spec, Constraints constraints, std::span<const PastTrial> earlier);

}  // namespace pleat
