// What the trials of a sweep tell together.
#pragma once

#include <optional>
#include <vector>

#include "client/analysis/honest_score.h"
#include "client/analysis/parameter_axis.h"
#include "client/analysis/parameter_importance.h"
#include "proto/coordinator.pb.h"

namespace pleat {

struct SweepAnalysis {
  std::vector<ParameterAxis> axes = {};
  // By trial and axis: where its value lies; nothing where it has none.
  std::vector<std::vector<std::optional<double>>> places = {};
  // Trials that are compared: those with a score.
  size_t scored_trials = 0;
  // By axis.
  std::optional<ParameterImportance> importance = {};
  std::optional<HonestScore> honest = {};  // of the best trial
};

// True if the trial ended with a finite score, and its folds count.
bool HasScore(const v1::TrialStatus& trial);

// Pure, and the same at each call.
SweepAnalysis AnalyzeSweep(const v1::GetResponse& sweep);

// The best trial's alone; nothing if there is none yet, or nothing to say of it.
std::optional<HonestScore> HonestScoreOf(const v1::GetResponse& sweep);

}  // namespace pleat
