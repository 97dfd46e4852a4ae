// Races trials fold by fold against the best one, epochs included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/prune/curve_model.h"
#include "coordinator/prune/fold_noise.h"
#include "coordinator/prune/racing_rule.h"
#include "coordinator/prune/score_scale.h"

namespace pleat {

// What is known of the difference of two trials' means over all K folds, on a ScoreScale.
struct MeanDifference {
  double mean = 0;
  double variance = 0;
  uint32_t folds = 0;  // that it is known from; 0: nothing is
};

// A trial stops when its mean over all K folds, as it would be after all epochs, would with
// probability 1 - `false_stop_rate` be below a rival's. The false stop that this states is of a
// trial whose complete cross-validation would have beaten that rival's: an equal trial that is
// stopped because it cannot win any more is none. The rate is of one decision; though a trial is
// judged at each of its epochs, fewer than that share of equal trials are stopped falsely. Rivals
// are the best ended trial, and those that run or wait, on their finished folds.
//
// - A fold that runs is extrapolated to its last epoch (CurveModel), with an uncertainty.
// - Folds are paired: d_k is trial less rival on fold k, whose difficulty cancels. Beside the
//   trials' difference it has the variance s^2, twice FoldNoise's, and v_k of the extrapolation;
//   the difference is the mean of the d_k with weights 1 / (s^2 + v_k).
// - What is asked for is the mean over the K folds, of which those that are finished are known: of
//   k finished ones its variance is s^2 / k * (K - k) / K, so that the bound closes in on the best
//   trial as folds are finished.
// - All this is on the scale on which trials and folds add up (ChooseScale). Where that is
//   logarithmic, fold k weighs as much as the rival's score lacks there to the best possible one:
//   such a mean of the d_k is not below zero where the trial's mean score is not below the rival's
//   (by the tangent of the exponential function).
// - s^2 is pooled over all trials, and the bound's quantile is Student's for its degrees of
// freedom.
//
// Nothing stops before the sweep has its first finished fold. Domhan et al. 2015 extrapolate curves
// to stop them; Birattari et al. 2002 ("F-race") and Thornton et al. 2013 race folds.
class PairedRule final : public RacingRule {
 public:
  // `false_stop_rate` in (0, 0.5).
  explicit PairedRule(double false_stop_rate);

 private:
  // From all complete curves.
  struct Learned {
    uint32_t curves;
    ScoreScale scale;
    std::optional<CurveModel> model;  // none: curves of one epoch, which are never extrapolated
    FoldNoise noise;
  };

  using Forecasts = std::vector<std::optional<EndForecast>>;  // by fold

  RaceDecision Judge(const Race& race, uint32_t trial) override;
  void Learn(const Race& race);
  // On the scale, of a fold that has a score, finished or not; nothing for others.
  std::optional<EndForecast> Forecast(const Race& race, uint32_t trial, uint32_t fold) const;
  // Of the trial whose folds these are, less `rival`.
  MeanDifference Compare(const Race& race, const Forecasts& forecasts, uint32_t rival) const;
  // Of each fold in the mean; their sum is 1.
  std::vector<double> FoldWeights(const Race& race, uint32_t rival) const;
  std::string Reason(const Race& race, uint32_t trial, uint32_t rival,
                     const MeanDifference& difference, double bound) const;

  const double normal_quantile_;
  std::optional<Learned> learned_;
};

}  // namespace pleat
