// Size and description of a search space.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The largest grid that may be searched.
inline constexpr uint64_t kMaxGridSize = 1'000'000;

// Number of values of one parameter; nothing for reals.
std::optional<uint64_t> ValueCount(const v1::ParameterSpec& parameter);

// Number of combinations of the parameters' values; 1 without parameters. INVALID_ARGUMENT for
// reals, and above kMaxGridSize.
absl::StatusOr<uint64_t> GridSize(const v1::SweepSpec& spec);

// Number of trials of a sweep that CheckSweepSpec accepts, if none is stopped.
uint64_t TrialCount(const v1::SweepSpec& spec);

// For people: the method, the number of trials, and a line per parameter:
//   random search, 20 trials
//     training.optimizer.adam_w.lr: log-uniform from 0.0001 to 0.01
//     model.se_cnn.width: 16, 32, 64
std::string DescribeSearchSpace(const v1::SweepSpec& spec);

}  // namespace pleat
