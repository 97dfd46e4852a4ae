// Search parameters as paths of fields, and trials resolved from them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The sweep's model and training with each parameter's value put at its path. INVALID_ARGUMENT
// names the path or value that does not fit.
absl::StatusOr<v1::TrialConfig> ResolveTrial(const v1::SweepSpec& spec, uint32_t trial,
                                             const std::vector<v1::ParameterValue>& parameters);

// Epochs of a fold. One that only uses finished weights (`train: false`) has one, without steps.
uint32_t EpochCount(const v1::TrainingSpec& training);
// True for such a fold.
bool OnlyUsesWeights(const v1::TrainingSpec& training);
// True if the weights of a fold's best epoch count, not of its last.
bool BestEpochCounts(const v1::TrainingSpec& training);
// The metric whose best epoch that is; `search`: the metric of the search.
v1::MetricSpec CheckpointMetric(const v1::TrainingSpec& training, const v1::MetricSpec& search);

// The text of a drawn real, rounded to 6 significant digits, in the shortest form that reads back
// the same.
std::string RealText(double value);
// The same within bounds. Rounding may step over one by half a digit; the text is then the bound's,
// in full precision.
std::string RealTextWithin(double min, double max, double value);

// Serialization that is the same for equal messages, for digests.
std::string DeterministicBytes(const google::protobuf::Message& message);

}  // namespace pleat
