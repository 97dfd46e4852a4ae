#include "worker/train/class_weights.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

absl::StatusOr<std::vector<double>> GivenWeights(const v1::WeightValuesSpec& spec,
                                                 int64_t classes) {
  if (spec.value_size() != classes) {
    return absl::InvalidArgumentError(absl::StrCat("training.class_weights.values has ",
                                                   spec.value_size(), " values, but there are ",
                                                   classes, " classes: give one for each"));
  }
  return std::vector<double>(spec.value().begin(), spec.value().end());
}

// Inversely to the rows of each class; Normalized settles the factor.
std::vector<double> BalancedWeights(std::span<const int64_t> rows_of) {
  std::vector<double> weights;
  for (const int64_t rows : rows_of) {
    weights.push_back(rows > 0 ? 1 / static_cast<double>(rows) : 0);
  }
  return weights;
}

absl::StatusOr<std::vector<double>> Normalized(std::vector<double> weights,
                                               std::span<const int64_t> rows_of) {
  double sum = 0;
  double rows = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i] * static_cast<double>(rows_of[i]);
    rows += static_cast<double>(rows_of[i]);
  }
  if (sum <= 0) {
    return absl::InvalidArgumentError(
        "training.class_weights.values gives every row to train on the weight 0; raise one that "
        "has rows");
  }
  for (double& weight : weights) weight *= rows / sum;
  return weights;
}

}  // namespace

absl::StatusOr<std::vector<double>> ClassWeights(const v1::ClassWeightsSpec& spec,
                                                 std::span<const int64_t> labels, int64_t classes) {
  if (!spec.has_balanced() && !spec.has_values()) return std::vector<double>();
  std::vector<int64_t> rows_of(classes);
  for (const int64_t label : labels) ++rows_of[label];
  if (spec.has_balanced()) return Normalized(BalancedWeights(rows_of), rows_of);
  PLEAT_ASSIGN_OR_RETURN(std::vector<double> given, GivenWeights(spec.values(), classes));
  return Normalized(std::move(given), rows_of);
}

}  // namespace pleat
