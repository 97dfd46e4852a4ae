#include "common/config/trial_config.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <charconv>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/config/scalar_access.h"
#include "common/config/sweep_parameter.h"

namespace pleat {

absl::StatusOr<v1::TrialConfig> ResolveTrial(const v1::SweepSpec& spec, uint32_t trial,
                                             const std::vector<v1::ParameterValue>& parameters) {
  v1::SweepSpec resolved;
  *resolved.mutable_model() = spec.model();
  *resolved.mutable_training() = spec.training();
  v1::TrialConfig config;
  config.set_trial(trial);
  for (const v1::ParameterValue& parameter : parameters) {
    PLEAT_ASSIGN_OR_RETURN(const FieldTarget target, FindParameter(&resolved, parameter.path()));
    const absl::StatusOr<ScalarValue> value = ReadParameterValue(*target.field, parameter.value());
    if (!value.ok()) return Annotate(value.status(), parameter.path());
    SetScalar(target.parent, *target.field, *value, target.index);
    *config.add_parameters() = parameter;
  }
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
