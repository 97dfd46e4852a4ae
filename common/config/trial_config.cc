#include "common/config/trial_config.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <charconv>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

// The parameters in an order in which a section comes before what lies inside it.
std::vector<const v1::ParameterValue*> SectionsFirst(
    const std::vector<v1::ParameterValue>& parameters) {
  std::vector<const v1::ParameterValue*> ordered;
  for (const v1::ParameterValue& parameter : parameters) ordered.push_back(&parameter);
  std::ranges::stable_sort(ordered, {}, [](const auto* one) { return one->path().size(); });
  return ordered;
}

}  // namespace

absl::StatusOr<v1::TrialConfig> ResolveTrial(const v1::SweepSpec& spec, uint32_t trial,
                                             const std::vector<v1::ParameterValue>& parameters) {
  v1::SweepSpec resolved;
  *resolved.mutable_model() = spec.model();
  *resolved.mutable_training() = spec.training();
  v1::TrialConfig config;
  config.set_trial(trial);
  for (const v1::ParameterValue* parameter : SectionsFirst(parameters)) {
    PLEAT_ASSIGN_OR_RETURN(const FieldTarget target, FindParameter(&resolved, parameter->path()));
    std::vector<Problem> problems;
    PutParameterValue(target, parameter->value(), parameter->path(), &problems);
    if (problems.empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(problems.front().path, ": ", problems.front().message));
  }
  config.mutable_parameters()->Assign(parameters.begin(), parameters.end());
  config.mutable_model()->Swap(resolved.mutable_model());
  config.mutable_training()->Swap(resolved.mutable_training());
  return config;
}

uint32_t EpochCount(const v1::TrainingSpec& training) {
  return OnlyUsesWeights(training) ? 1 : training.epochs();
}

// Specs of earlier versions do not say; they train.
bool OnlyUsesWeights(const v1::TrainingSpec& training) {
  return training.has_train() && !training.train();
}

bool BestEpochCounts(const v1::TrainingSpec& training) { return training.checkpoint() == "best"; }

v1::MetricSpec CheckpointMetric(const v1::TrainingSpec& training, const v1::MetricSpec& search) {
  const std::string& name = training.checkpoint_metric();
  if (name.empty() || name == "search") return search;
  v1::MetricSpec metric;
  metric.set_name(name);
  metric.set_goal("auto");
  return metric;
}

std::string RealText(double value) {
  char buffer[32];
  const auto text =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::general, 6);
  double rounded = value;
  std::from_chars(buffer, text.ptr, rounded);
  return ScalarText(rounded);
}

std::string RealTextWithin(double min, double max, double value) {
  const std::string text = RealText(value);
  double rounded = 0;
  if (!absl::SimpleAtod(text, &rounded)) return text;
  if (rounded >= min && rounded <= max) return text;
  return absl::StrFormat("%.17g", rounded < min ? min : max);
}

std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace pleat
