// How much of the best trial's score is luck.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace pleat {

// The score of one trial in each fold; nothing where it has none. Scores are finite.
using FoldScores = std::vector<std::optional<double>>;

// What the winner's score is worth, in the metric's unit.
struct HonestScore {
  double score = 0;     // the winner's mean over its folds, less what is luck
  double optimism = 0;  // how much better that mean looks
};

// The best of many trials owes its score partly to luck: folds that happen to suit it. The optimism
// is estimated by bootstrap bias corrected cross-validation (Tsamardinos, Greasidou and Borboudakis
// 2018, "Bootstrapping the out-of-sample predictions for efficient and accurate
// cross-validation"), over folds in place of rows. With d(t, k) the score of trial t in fold k less
// the winner's:
//   for each resample b, K of the K folds drawn with replacement:
//     t(b) = the trial with the best mean of d(t, k) over the folds drawn
//   optimism = how much worse than 0 the mean over b is of the mean of d(t(b), k) over the folds
//     that b did not draw
// Folds that picked a trial do not judge it, so the corrected score is unbiased where all trials
// are equally good, whatever T and K are; where one is clearly best, t(b) is always the winner and
// the optimism 0. In between it is a little too large, since a resample has fewer different folds
// to pick by. (Taking each fold's own best instead, as Tibshirani and Tibshirani 2009 do, is too
// large by the factor sqrt(K) - 1 where all are equal.) Differences make the folds' own difficulty
// cancel, and let trials take part that lack some folds.
//
// All trials have equally many folds; `winner` is the place of the trial that was picked. Draws are
// the same at each call. Nothing with one trial, or if no fold can judge: nothing can be said.
std::optional<HonestScore> EstimateHonestScore(std::span<const FoldScores> trials, size_t winner,
                                               bool maximize);

}  // namespace pleat
