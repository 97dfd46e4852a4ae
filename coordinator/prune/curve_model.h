// What the finished curves of a sweep teach about those that run.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "coordinator/prune/curve_fit.h"

namespace pleat {

// Learned from the sweep's own curves, nothing is given: how far curves rise, their noise, the
// shapes of trials trained before (which carry what all trials share, a learning-rate schedule
// say), which families curves follow, how far they are shaped like other trials', and how wrong
// forecasts of the finished curves would have been. The last two are judged on each trial's curves
// with the shapes of the others: a trial resembles itself.
class CurveModel {
 public:
  // Curves of one trial that came to the last epoch, all finite, each [E].
  using TrialCurves = std::vector<std::span<const double>>;

  // `trials`: one or more, of one or more curves each; E >= 2.
  explicit CurveModel(std::span<const TrialCurves> trials);

  // Where a curve ends, from its first scores, fewer than E. Its variance is that of the fit times
  // how much the forecasts at that length were off, if that was more.
  EndForecast Forecast(std::span<const double> scores) const;

  const CurveNoise& noise() const { return prior_.noise; }

 private:
  void LearnRise(std::span<const TrialCurves> trials, double range);
  void CollectReferences(std::span<const TrialCurves> trials);
  // The prior with all references but that of a trial, by number; of the number of trials: with
  // all.
  CurvePrior PriorBut(size_t trial) const;
  void LearnShares(std::span<const TrialCurves> trials);
  void LearnErrors(std::span<const TrialCurves> trials);

  std::vector<std::vector<double>> references_;  // shape by trial; empty: none
  CurvePrior prior_;                             // at first without references
  // Lengths, ascending, at which the finished curves were forecast, and by what the squared errors
  // exceeded the variance, at least 1.
  std::vector<uint32_t> lengths_;
  std::vector<double> excess_;
};

}  // namespace pleat
