// Scores as the sum of what trials and what folds have for themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace pleat {

// Final scores of one trial by fold; nothing where there is none.
using FoldScores = std::vector<std::optional<double>>;

// What is left of scores when each trial's mean and each fold's difficulty are taken away.
struct TwoWayFit {
  double squares = 0;  // sum over all scores
  double freedom = 0;  // degrees of freedom of that; 0: every score was needed for the fit
};

// By least squares. `trials`: each with a score or more, and `folds` places.
TwoWayFit FitTrialsAndFolds(const std::vector<FoldScores>& trials, uint32_t folds);

}  // namespace pleat
