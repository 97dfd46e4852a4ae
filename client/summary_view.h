// What a sweep came to, for people and for scripts.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/coordinator.pb.h"

namespace pleat {

struct SummaryInput {
  const v1::GetResponse& sweep;
  // Wall time, and rows trained in it.
  int64_t wall_ms = 0;
  uint64_t trained_rows = 0;
  // Where the page is that shows it; empty: there is none.
  std::string report = {};
};

// Trials with their scores; the ensemble's scores beside its best member's; time, speed, and where
// the ensemble lies. Lines with their ends.
std::string SummaryText(const SummaryInput& input);

// Why the search ended before its last trial, if it did; a line with its end, or nothing.
std::string SearchEndedText(const v1::GetResponse& sweep);
// A line for each change that somebody made to the sweep since its submission.
std::string ChangesText(const v1::GetResponse& sweep);

// Only what it came to, without the trials and the time.
std::string OutcomeText(const v1::GetResponse& sweep);

// The same as SummaryText as one object: name, state, reason, metric, trials [{trial, parameters,
// mean, standard_error, folds, fold_scores}], best_trial, ensemble {path, members, out_of_fold,
// out_of_fold_tta, test, best_member_test, extra}, missing_folds, wall_seconds, images_per_second.
// What is not known is null.
nlohmann::ordered_json SummaryJson(const SummaryInput& input);

// The number of the member that scores best: by accuracy, then log loss; -1 without members.
int BestMember(const v1::SplitScores& split);

// Folder of the sweep's ensemble, as the coordinator sees it.
std::string EnsemblePath(const v1::GetResponse& sweep);

}  // namespace pleat
