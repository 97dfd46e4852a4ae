// Helpers around v1::TrainingState: its file form, and which epoch counts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/config/training_state_version.h"
#include "proto/sweep.pb.h"
#include "proto/task.pb.h"
#include "proto/training_state.pb.h"

namespace pleat {

// The state as JSON; reals in the digits that read back to the same bits.
std::string TrainingStateToJson(const v1::TrainingState& state);
// DATA_LOSS if it is not such a file; UNIMPLEMENTED if it is of another version.
absl::StatusOr<v1::TrainingState> TrainingStateFromJson(std::string_view json);

// DATA_LOSS if a training of `training` in a group of `group_size` cannot have reached this state.
absl::Status CheckResumable(const v1::TrainingState& state, const v1::TrainingSpec& training,
                            uint64_t steps_per_epoch, int group_size);

// The epoch whose weights count (the first of equally good ones), as an index into the history,
// which has at least one epoch.
int CountingEpoch(const v1::TrainingState& state, const v1::TrainingSpec& training,
                  const v1::MetricSpec& metric);

// epochs.csv: a header and a line per finished epoch; reals in the shortest digits that read back
// to the same bits.
std::string EpochsCsv(const v1::TrainingState& state);

// classes.csv: a header and, for each finished epoch, split ("train", "validation") and class, a
// line with the class's rows, precision, recall and F1.
std::string ClassesCsv(const v1::TrainingState& state);

// ValidationResults<fold>.csv: a header and a line per class with its share of `shares` (NaN, of a
// class without rows, is left empty), as the notebooks write it that people compare with.
std::string ValidationResultsCsv(std::span<const double> shares);

}  // namespace pleat
