// Scores of trials that a search compares, from the folds that each has finished.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "common/metrics/metrics.h"

namespace pleat {

// What each fold of one trial gave; nothing where it has not finished, or gave no finite number.
using FoldLosses = std::vector<std::optional<double>>;

// Folds differ in difficulty, alike for all trials. A loss is taken as trial + fold + noise: the
// score of a trial is the mean of its losses less their folds' difficulty, so that a trial which
// lacks a hard fold does not seem better than it is, and its standard error is of the noise alone:
// what all trials share does not change their order. Difficulties and noise are those of the better
// half of the trials, which matter most and are not the ones that diverged. Trials of all folds
// have exactly their mean loss, whose `standard_error` is 0 if the noise cannot be told. All trials
// have equally many folds. Nothing for a trial without losses.
std::vector<std::optional<MeanAndError>> ScoreTrials(std::span<const FoldLosses> trials);

}  // namespace pleat
