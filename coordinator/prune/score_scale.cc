#include "coordinator/prune/score_scale.h"

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

constexpr double kLeastGap = 1e-12;

}  // namespace

ScoreScale ScoreScale::OfGapTo(double best) {
  ScoreScale scale;
  scale.is_relative_ = true;
  scale.best_ = best;
  return scale;
}

double ScoreScale::Of(double score) const {
  if (!is_relative_ || !std::isfinite(score)) return score;
  return -std::log(std::max(best_ - score, kLeastGap));
}

double ScoreScale::ScoreAt(double place) const {
  return is_relative_ ? best_ - std::exp(-place) : place;
}

double ScoreScale::SlopeAt(double place) const { return is_relative_ ? std::exp(-place) : 1; }

std::vector<FoldScores> FinalScores(const Race& race, const ScoreScale& scale) {
  std::vector<FoldScores> all;
  for (uint32_t trial = 0; trial < race.trials.size(); ++trial) {
    if (ScoredFolds(race, trial) < 2) continue;
    FoldScores& scores = all.emplace_back();
    for (uint32_t fold = 0; fold < race.folds; ++fold) {
      std::optional<double> score = FinalScore(race, trial, fold);
      if (score.has_value()) score = scale.Of(*score);
      scores.push_back(score);
    }
  }
  return all;
}

// The likelihoods compare by the residuals' squares, those of the logarithms times the squared
// geometric mean of the gaps, which brings them to the scores' units.
ScoreScale ChooseScale(const Race& race) {
  const double best = race.is_maximized ? 1 : 0;
  const std::vector<FoldScores> scores = FinalScores(race, {});
  double logs = 0, count = 0;
  for (const FoldScores& trial : scores) {
    for (const std::optional<double>& score : trial) {
      if (!score.has_value()) continue;
      if (best - *score <= kLeastGap) return {};
      logs += std::log(best - *score);
      count += 1;
    }
  }
  const TwoWayFit plain = FitTrialsAndFolds(scores, race.folds);
  if (plain.freedom == 0) return {};
  const ScoreScale relative = ScoreScale::OfGapTo(best);
  const TwoWayFit scaled = FitTrialsAndFolds(FinalScores(race, relative), race.folds);
  return scaled.squares * std::exp(2 * logs / count) < plain.squares ? relative : ScoreScale();
}

}  // namespace pleat
