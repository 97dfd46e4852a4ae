// Search by a Gaussian process of the loss (Jones et al. 1998, "Efficient global optimization of
// expensive black-box functions"): the next point is where the expected improvement is highest.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "coordinator/search/search_cube.h"

namespace pleat {

struct GpSettings {
  uint32_t startup_trials = 10;
};

struct GpSuggestion {
  CubePoint point;
  // By how many trials it was chosen; none: it is a point of the startup, or there is a problem.
  size_t trials = 0;
  size_t failed = 0;
  size_t running = 0;
  // What is expected of it, in losses: the improvement on the best prediction at a tried point,
  // that prediction, and the loss with its standard deviation.
  double improvement = 0;
  double best = 0;
  double loss = 0;
  double deviation = 0;
  // Why there is no model; the point is a random one then.
  absl::Status problem;
};

// Trials that a model is made of at most, and running ones beside them: of more the best half of
// them, and the latest of the others.
inline constexpr size_t kMostGpTrials = 500;
inline constexpr size_t kMostGpRunning = 100;

// The point of trial `trial`, a pure function of the arguments; `trials` stand in the order of
// their numbers.
//
// Startup: points of StartupPoint, while IsInStartup. Then a process is fitted (FitGaussianProcess)
// to losses scaled by GpLossScale, over GpFeatures. The noise of a trial is its error's and a
// fitted one that is the same for all. A failed trial counts as half a deviation worse than the
// worst. A running one counts as if it had come out as predicted ("kriging believer"; Ginsbourger
// et al. 2010, "Kriging is well-suited to parallelize optimization"). A point that has been tried,
// or that `may_be` refuses, is taken only if all are such.
GpSuggestion SuggestGp(std::span<const CubeDimension> dimensions, std::span<const CubeTrial> trials,
                       const GpSettings& settings, uint64_t seed, uint32_t trial,
                       const CubeFilter& may_be = {});

}  // namespace pleat
