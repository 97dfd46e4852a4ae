// The scale on which trials and folds add up.
#pragma once

#include <vector>

#include "coordinator/prune/race.h"
#include "coordinator/prune/two_way_fit.h"

namespace pleat {

// Scores as they are, or as the logarithm of what they lack to the best possible one: a loss of
// 0, an accuracy of 1. Where a hard fold doubles every trial's loss, trials and folds multiply, and
// their logarithms add up. Higher is better on either scale.
class ScoreScale {
 public:
  // Scores as they are.
  ScoreScale() = default;
  // The logarithm. `best`: the best possible score.
  static ScoreScale OfGapTo(double best);

  bool is_relative() const { return is_relative_; }
  // Above any score that lacks something, if the score lacks nothing; not finite if it is not.
  double Of(double score) const;
  // The score that is at a place of the scale.
  double ScoreAt(double place) const;
  // By how much scores change there, for a small step on the scale.
  double SlopeAt(double place) const;

 private:
  bool is_relative_ = false;
  double best_ = 0;
};

// Final scores, on a scale, of all trials with two or more of them.
std::vector<FoldScores> FinalScores(const Race& race, const ScoreScale& scale);

// The scale on which the final scores are the likelier sums of trial, fold and normal noise of one
// variance (Box and Cox 1964). Scores as they are, while no two trials have two folds in common or
// if one lacks nothing to the best possible.
ScoreScale ChooseScale(const Race& race);

}  // namespace pleat
