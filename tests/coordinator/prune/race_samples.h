// Races that tests of pruning use.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "common/base/philox.h"
#include "coordinator/prune/race.h"
#include "coordinator/prune/rungs.h"

namespace pleat {

// No successive halving: the only rung is the last epoch.
inline Rungs OneRung(uint32_t epochs) { return Rungs({.min_epochs = epochs}, epochs); }

// end - rise * exp(-t / tau), t = 1 .. epochs.
inline std::vector<double> ExponentialCurve(double end, double rise, double tau, uint32_t epochs) {
  std::vector<double> curve;
  for (uint32_t t = 1; t <= epochs; ++t) curve.push_back(end - rise * std::exp(-(t / tau)));
  return curve;
}

// A race of one-epoch folds: their final scores, as metric values of a maximized metric. A trial
// with all K of them has ended.
inline Race RaceOfFinals(const std::vector<std::vector<double>>& finals, uint32_t folds) {
  Race race = {.folds = folds, .epochs = 1};
  for (const std::vector<double>& scores : finals) {
    race.AddTrial();
    RacingTrial& trial = race.trials.back();
    for (uint32_t fold = 0; fold < scores.size(); ++fold) trial.folds[fold].scores = {scores[fold]};
    if (scores.size() == folds) trial.phase = RacingTrial::Phase::kEnded;
  }
  return race;
}

// Complete curves [trial][fold][epoch]: trials that end `apart` from each other, trial 0 lowest, on
// folds of different difficulty, with noise of standard deviation `noise`.
inline std::vector<std::vector<std::vector<double>>> SampleCurves(uint64_t seed, uint32_t trials,
                                                                  uint32_t folds, uint32_t epochs,
                                                                  double apart, double noise) {
  std::vector<double> difficulty;
  RandomStream shared(seed, RandomPurpose::kSearch, 0, 0);
  for (uint32_t fold = 0; fold < folds; ++fold) difficulty.push_back(0.01 * shared.NextNormal());
  std::vector<std::vector<std::vector<double>>> curves(trials);
  for (uint32_t trial = 0; trial < trials; ++trial) {
    for (uint32_t fold = 0; fold < folds; ++fold) {
      RandomStream random(seed, RandomPurpose::kSearch, trial + 1, fold);
      std::vector<double> curve = ExponentialCurve(
          0.9 + apart * trial + difficulty[fold] + noise * random.NextNormal(), 0.4, 3, epochs);
      for (double& score : curve) score += noise * random.NextNormal();
      curves[trial].push_back(std::move(curve));
    }
  }
  return curves;
}

}  // namespace pleat
