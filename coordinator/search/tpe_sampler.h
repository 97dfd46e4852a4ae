// The tree-structured Parzen estimator (Bergstra et al. 2011, "Algorithms for hyper-parameter
// optimization"; Watanabe 2023, "Tree-structured Parzen estimator: understanding its algorithm
// components"): the next point is where good trials are dense in comparison with the others.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "coordinator/search/tpe_density.h"

namespace pleat {

// A trial that stands before the one to suggest.
struct TpeTrial {
  enum class Outcome {
    kScored,
    kFailed,   // counts as worse than all that are scored
    kRunning,  // counts among the bad ones, so that no other goes there ("constant liar")
  };
  TpePoint point;
  Outcome outcome = Outcome::kRunning;
  double loss = 0;   // of a scored trial, finite; lower is better
  double error = 0;  // standard error of `loss`; 0: exact
  // It is of an earlier sweep: to try its point here is no repetition.
  bool is_earlier = false;
};

struct TpeSettings {
  uint32_t startup_trials = 10;
  uint32_t candidates = 24;
};

struct TpeSuggestion {
  TpePoint point;
  // By how many good trials and others it was chosen; no good ones: it is a point of the startup.
  size_t good = 0;
  size_t others = 0;  // the failed and the running included
  size_t failed = 0;
  size_t running = 0;
  // How many times as dense the good ones are there as the others (grows with the expected
  // improvement).
  double ratio = 1;
};

// True for points that may be trials.
using TpeFilter = std::function<bool(const TpePoint& point)>;

// A point of the startup, see SuggestTpe: one in each of `slices` slices of each dimension, of that
// many trials in a row.
TpePoint TpeStartupPoint(std::span<const TpeDimension> dimensions, uint32_t slices, uint64_t seed,
                         uint32_t trial);

// The point of trial `trial`, a pure function of the arguments; `trials` stand in the order of
// their numbers.
//
// Startup: trials below `startup_trials`, less as many as are of earlier sweeps, and all until a
// quarter as many have ended, take a Latin hypercube: of `startup_trials` in a row, one in each of
// as many slices of each dimension.
//
// Then: of n ended trials the best g = 0.7 sqrt(n) are the good ones; the one of rank r weighs
// log((g + 1) / r), as in CMA-ES (Hansen 2016). Where losses have errors, weights are means over
// draws of what the losses may be, so that a lead within the errors weighs little. Of `candidates`
// points drawn from the good ones' density, the one with the highest ratio is taken; one that has
// been tried, or that `may_be` refuses, only if all are such.
TpeSuggestion SuggestTpe(std::span<const TpeDimension> dimensions, std::span<const TpeTrial> trials,
                         const TpeSettings& settings, uint64_t seed, uint32_t trial,
                         const TpeFilter& may_be = {});

}  // namespace pleat
