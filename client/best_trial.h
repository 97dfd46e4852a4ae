// A sweep's best trial, for people and for scripts. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "client/analysis/honest_score.h"
#include "proto/coordinator.pb.h"

namespace pleat {

struct BestOfSweep {
  std::string sweep = {};
  std::string metric = {};
  bool is_final = false;  // the sweep has ended
  bool has_ensemble = false;
  size_t scored_trials = 0;  // that it is the best of
  v1::TrialStatus trial = {};
  std::optional<HonestScore> honest = {};
};

// FAILED_PRECONDITION: no trial has a score yet.
absl::StatusOr<BestOfSweep> FindBestTrial(const v1::GetResponse& sweep);

// Its score, what it is worth, its parameters, and the commands to go on with, which name `dir`,
// the folder of the `pleat run` that made the sweep, unless that is empty. Lines with their ends.
std::string BestTrialText(const BestOfSweep& best, const std::string& dir);

// {sweep, metric, trial, of_trials, final, score, standard_error, folds_done, folds, honest_score,
// optimism, parameters}; what is not known is null.
nlohmann::ordered_json BestTrialJson(const BestOfSweep& best);

}  // namespace pleat
