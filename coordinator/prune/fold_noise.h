// How far apart folds of equally good trials lie.
#pragma once

#include <optional>
#include <vector>

#include "coordinator/prune/two_way_fit.h"

namespace pleat {

// Final scores are taken as trial + fold + noise: folds differ in difficulty, alike for all trials,
// and the noise is what is left.
struct FoldNoise {
  double variance = 0;  // of the noise of one final score
  double freedom = 0;   // degrees of freedom that it is known with
};

// From the scores of trials with two or more, each with `folds` places, pooled with an assumption
// of two degrees of freedom: four times `epoch_variance`, what a score changes from one epoch to
// the next (nothing if that is not known); once there is such a trial, not more than the variance
// of its folds, which has their difficulty in it, and not less than half of that. Freedom 0:
// nothing is known.
FoldNoise EstimateFoldNoise(const std::vector<FoldScores>& trials, uint32_t folds,
                            std::optional<double> epoch_variance);

}  // namespace pleat
