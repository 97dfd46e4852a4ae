// Size and description of a search space.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/search_grid.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Why a parameter of reals has no place in a grid.
inline constexpr char kNoGrid[] =
    "reals have no grid; give a step, list them with values, or use method: random";

// "grid", "random", …
std::string MethodName(const v1::SearchSpec& search);

// True for the grid, which is the default.
bool IsGridSearch(const v1::SearchSpec& search);

// True if a client gives the trials.
bool IsExternalSearch(const v1::SearchSpec& search);

// Number of values of one parameter, 2^64 - 1 at most; nothing for reals without steps.
std::optional<uint64_t> ValueCount(const v1::ParameterSpec& parameter);

// Number of different trials: of combinations of the parameters' values that keep the constraints;
// 1 without parameters. INVALID_ARGUMENT for reals without steps, above kMaxGridSize, and for
// constraints that do not read.
absl::StatusOr<uint64_t> GridSize(const v1::SweepSpec& spec);

// Number of trials of a sweep that CheckSweepSpec accepts, if none is stopped: at most max_trials,
// not more than there are different ones, and one without parameters. Constraints on reals may
// leave fewer. Of an external search, max_trials: the client may end it before.
uint64_t TrialCount(const v1::SweepSpec& spec);

// One parameter, for people: path, type of the field, and distribution.
struct ParameterSummary {
  std::string path, type, distribution;
};
std::vector<ParameterSummary> SummarizeParameters(const v1::SweepSpec& spec);

// For people, what `search.budget` allows: "100 fold-epochs, or 2h30m since the folds were cut";
// empty if it says nothing.
std::string DescribeBudget(const v1::SearchSpec& search);
// True if the budget is one of time, so that other machines end with other trials.
bool HasTimeBudget(const v1::SearchSpec& search);

// For people: the method, the number of trials, and a line per parameter:
//   random search, 20 trials
//     training.optimizer.adam_w.lr: real, log-uniform from 0.0001 to 0.01
//     model.se_cnn.width: whole number, one of 16, 32, 64
//     keeping model.se_cnn.width * training.batch_size <= 65536
//     ending trials early by fold racing (paired)
//     until 100 fold-epochs, or 2h30m since the folds were cut
std::string DescribeSearchSpace(const v1::SweepSpec& spec);

}  // namespace pleat
