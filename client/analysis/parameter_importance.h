// How much each parameter of a search matters for the score.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "client/analysis/regression_tree.h"

namespace pleat {

// Trials below which nothing is said: any line through them would be noise.
inline constexpr size_t kLeastTrialsToCompare = 4;

// One trial with a score.
struct ScoredTrial {
  // By parameter: where its value lies on the parameter's axis, from 0 to 1; nothing where the
  // trial does not have the parameter.
  std::vector<std::optional<double>> places;
  double score = 0;
};

struct ParameterImportance {
  // By parameter: the share of the score's variance over the space that it explains alone; from 0
  // to 1. What lacks to 1 in all is of parameters together.
  std::vector<double> shares;
  // Share of the trials' variance that the forest explains in trials that it was not grown on
  // (out-of-bag R squared).
  double explained = 0;

  bool is_noise() const { return explained < 0.1; }
};

// Functional analysis of variance on a random forest (Hutter, Hoos and Leyton-Brown 2014, "An
// efficient approach for assessing hyperparameter importance"): 64 trees are grown on resamples of
// the trials; each is a function on the whole cube, whose variance is the sum of what each
// parameter explains alone, through its marginal mean, and of what they do together; the shares are
// means over the trees. A parameter that trials lack has them below all its values, in a part of
// its line as large as their share. Draws are the same at each call; of more than 1000 trials, 1000
// evenly spaced ones are looked at. Nothing for fewer than kLeastTrialsToCompare trials, or if
// their scores are equal.
std::optional<ParameterImportance> EstimateImportance(std::span<const ScoredTrial> trials);

// Variance over dimension `dimension` of the mean over all others of a function that is constant in
// each leaf; the leaves fill the cube.
double MarginalVariance(const std::vector<TreeLeaf>& leaves, size_t dimension);
// Variance of that function over the cube.
double TotalVariance(const std::vector<TreeLeaf>& leaves);

}  // namespace pleat
