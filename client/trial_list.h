// The trials of a sweep as a listing that can be filtered and sorted. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/table.h"
#include "proto/coordinator.pb.h"

namespace pleat {

struct ListedTrial {
  uint32_t trial = 0;
  std::string state =
      {};  // "waiting", "running", "finished", "failed", "cancelled", "stopped", "paused"
  std::optional<double> score = {};
  double standard_error = 0;
  uint32_t folds_done = 0;
  uint32_t folds = 0;
  // By the list's parameters; nothing where it does not have one.
  std::vector<std::optional<std::string>> parameters = {};
};

struct TrialList {
  std::string sweep = {};
  std::string metric = {};
  std::vector<std::string> paths = {};  // of the parameters, in the YAML's order
  std::vector<std::string> names = {};  // their shortest ends that tell them apart
  std::vector<ListedTrial> trials = {};
};

TrialList ListTrials(const v1::GetResponse& sweep);

// What a trial is sorted or filtered by.
struct TrialKey {
  enum class Kind { kTrial, kState, kScore, kParameter } kind = Kind::kTrial;
  size_t parameter = 0;
};

// "trial", "state", "score" (or the metric's name), or a parameter's path or the end of one.
// INVALID_ARGUMENT suggests what may be meant, or names the parameters that end so.
absl::StatusOr<TrialKey> FindKey(const TrialList& list, const std::string& word);

// The value as text, exact; nothing if the trial has none.
std::optional<std::string> ValueOf(const ListedTrial& trial, const TrialKey& key);

// Sorts by a key, downwards with a '-' before it. Numbers stand before texts, trials without the
// value last, equal ones as they stood. INVALID_ARGUMENT as FindKey.
absl::Status SortTrials(const std::string& key, TrialList& list);

// Columns trial, state, score, ± error, folds and a column per parameter, for people.
Table TrialTable(const TrialList& list);
// For spreadsheets: whole paths, numbers in full.
Table FullTrialTable(const TrialList& list);
// {sweep, metric, trials: [{trial, state, score, standard_error, folds_done, folds, parameters}]};
// what is not known is null.
nlohmann::ordered_json TrialListJson(const TrialList& list);

}  // namespace pleat
