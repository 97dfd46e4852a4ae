// Which trials an ensemble is made of, and with which weights. Pure functions; equal input gives an
// equal choice, and ties go to the lower trial.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/metrics/blender.h"

namespace pleat {

// A finished trial and the mean of the sweep's metric over its folds.
struct TrialScore {
  uint32_t trial = 0;
  double score = 0;
};

// The out-of-fold predictions of a finished trial.
struct TrialOutOfFold {
  uint32_t trial = 0;
  // [rows, classes]: probabilities or logits, as is blended.
  std::vector<float> predictions;
  // [rows]: false where the trial has no fold that validates the row; the predictions there mean
  // nothing.
  std::vector<bool> has_row;
};

// A chosen trial; the weights of a selection sum to 1.
struct TrialWeight {
  uint32_t trial = 0;
  double weight = 0;
};

// The choice by trial number, and why it was made.
struct Selection {
  std::vector<TrialWeight> trials;
  std::string reason;
};

// The `count` trials with the best scores (all, if there are fewer), equally weighted. A NaN is
// worse than any number.
Selection SelectBest(std::span<const TrialScore> trials, uint32_t count, bool maximize);

// Every trial, equally weighted.
Selection SelectAll(std::span<const TrialScore> trials);

// Greedy forward selection with replacement (Caruana et al. 2004, "Ensemble selection from
// libraries of models"): in each of `rounds` the trial is added that gives the blend the lowest log
// loss on the out-of-fold rows; the weights are the counts after the round with the lowest loss of
// all. Only rows that one of the trials has take part; one that no chosen trial has counts as
// predicted uniformly. `trials` by trial number, not empty; `labels` [rows].
Selection SelectGreedy(std::span<const TrialOutOfFold> trials, std::span<const int64_t> labels,
                       int64_t classes, Blend blend, uint32_t rounds);

}  // namespace pleat
