// The tree-structured Parzen estimator (Bergstra et al. 2011, "Algorithms for hyper-parameter
// optimization"; Watanabe 2023, "Tree-structured Parzen estimator: understanding its algorithm
// components"): the next point is where good trials are dense in comparison with the others.
#pragma once

#include <cstdint>
#include <span>

#include "coordinator/search/search_cube.h"

namespace pleat {

struct TpeSettings {
  uint32_t startup_trials = 10;
  uint32_t candidates = 24;
};

struct TpeSuggestion {
  CubePoint point;
  // By how many good trials and others it was chosen; no good ones: it is a point of the startup.
  size_t good = 0;
  size_t others = 0;  // the failed and the running included
  size_t failed = 0;
  size_t running = 0;
  // How many times as dense the good ones are there as the others (grows with the expected
  // improvement).
  double ratio = 1;
};

// The point of trial `trial`, a pure function of the arguments; `trials` stand in the order of
// their numbers.
//
// Startup: points of StartupPoint, while IsInStartup. Running trials count among the bad ones a
// little, so that no other goes there ("constant liar").
//
// Then: of n ended trials the best g = 0.7 sqrt(n) are the good ones; the one of rank r weighs
// log((g + 1) / r), as in CMA-ES (Hansen 2016). Where losses have errors, weights are means over
// draws of what the losses may be, so that a lead within the errors weighs little. Of `candidates`
// points drawn from the good ones' density, the one with the highest ratio is taken; one that has
// been tried, or that `may_be` refuses, only if all are such.
TpeSuggestion SuggestTpe(std::span<const CubeDimension> dimensions,
                         std::span<const CubeTrial> trials, const TpeSettings& settings,
                         uint64_t seed, uint32_t trial, const CubeFilter& may_be = {});

}  // namespace pleat
