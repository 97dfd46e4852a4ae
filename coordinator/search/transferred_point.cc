#include "coordinator/search/transferred_point.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/constraints.h"
#include "common/config/parameter_values.h"
#include "common/config/scalar_access.h"
#include "common/config/sweep_parameter.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

using google::protobuf::Message;
using google::protobuf::Reflection;

// Model and training of a trial, where paths lead.
v1::SweepSpec SpecOf(const v1::TrialConfig& trial) {
  v1::SweepSpec spec;
  *spec.mutable_model() = trial.model();
  *spec.mutable_training() = trial.training();
  return spec;
}

// A section or list as bytes that are equal for equal ones.
std::string DocumentBytes(const FieldTarget& target) {
  const Reflection& reflection = *target.parent->GetReflection();
  if (!target.field->is_repeated()) {
    return DeterministicBytes(reflection.GetMessage(*target.parent, target.field));
  }
  if (target.index >= 0) {
    return DeterministicBytes(
        reflection.GetRepeatedMessage(*target.parent, target.field, target.index));
  }
  std::string bytes;
  for (int i = 0; i < reflection.FieldSize(*target.parent, target.field); ++i) {
    const bool is_message =
        target.field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE;
    const std::string element =
        is_message
            ? DeterministicBytes(reflection.GetRepeatedMessage(*target.parent, target.field, i))
            : ScalarText(GetScalar(*target.parent, *target.field, i));
    absl::StrAppend(&bytes, element.size(), ":", element);
  }
  return bytes;
}

// The text of a scalar field; nothing if the path leads nowhere, or to no value.
std::optional<std::string> ScalarAt(v1::SweepSpec* spec, const std::string& path) {
  const absl::StatusOr<FieldTarget> target = FindParameter(spec, path);
  if (!target.ok() || TakesDocuments(*target)) return std::nullopt;
  const Reflection& reflection = *target->parent->GetReflection();
  if (target->index < 0 && !reflection.HasField(*target->parent, target->field)) {
    return std::nullopt;
  }
  return ScalarText(GetScalar(*target->parent, *target->field, target->index));
}

// The value of any field, equal for equal ones; nothing if the path leads nowhere.
std::optional<std::string> BytesAt(v1::SweepSpec* spec, const std::string& path) {
  const absl::StatusOr<FieldTarget> target = FindParameter(spec, path);
  if (target.ok() && TakesDocuments(*target)) return DocumentBytes(*target);
  return ScalarAt(spec, path);
}

// True if `path` names something inside the section or list at `section`.
bool LiesInside(const std::string& path, const std::string& section) {
  return absl::StartsWith(path, section) && path.size() > section.size() &&
         (path[section.size()] == '.' || path[section.size()] == '[');
}

// The field of a trial with what the space's parameters inside it are.
std::vector<v1::ParameterValue> ValuesInside(const v1::SearchSpec& search,
                                             const std::string& section, v1::SweepSpec* trial) {
  std::vector<v1::ParameterValue> values;
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    if (!LiesInside(parameter.key(), section)) continue;
    const std::optional<std::string> text = ScalarAt(trial, parameter.key());
    if (!text.has_value()) continue;
    values.emplace_back().set_path(parameter.key());
    values.back().set_value(*text);
  }
  return values;
}

// The listed section or list that a trial has, up to what parameters inside it may change.
std::optional<std::string> DocumentAt(const v1::SweepSpec& spec, const v1::ParameterSpec& parameter,
                                      v1::SweepSpec* trial) {
  const absl::StatusOr<FieldTarget> there = FindParameter(trial, parameter.key());
  if (!there.ok() || !TakesDocuments(*there)) return std::nullopt;
  const std::string wanted = DocumentBytes(*there);
  const std::vector<v1::ParameterValue> inside =
      ValuesInside(spec.search(), parameter.key(), trial);
  for (uint64_t i = 0; i <= LastValueIndex(parameter).value_or(0); ++i) {
    v1::ParameterValue value;
    value.set_path(parameter.key());
    value.set_value(ValueOfIndex(parameter, i));
    std::vector<v1::ParameterValue> values = {value};
    values.insert(values.end(), inside.begin(), inside.end());
    const absl::StatusOr<v1::TrialConfig> config = ResolveTrial(spec, /*trial=*/0, values);
    if (!config.ok()) continue;
    v1::SweepSpec here = SpecOf(*config);
    if (BytesAt(&here, parameter.key()) == wanted) return value.value();
  }
  return std::nullopt;
}

// True if all fields that take the parameter's value are alike.
bool AreLinked(const v1::ParameterSpec& parameter, v1::SweepSpec* trial) {
  const std::optional<std::string> first = BytesAt(trial, parameter.key());
  return std::ranges::all_of(
      parameter.also(), [&](const std::string& path) { return BytesAt(trial, path) == first; });
}

}  // namespace

PointTransfer::PointTransfer(const v1::SweepSpec& spec, SearchSpace space)
    : spec_(spec), space_(std::move(space)) {}

absl::StatusOr<PointTransfer> PointTransfer::Make(const v1::SweepSpec& spec) {
  std::vector<Problem> problems;
  Constraints constraints = Constraints::Make(spec, &problems);
  if (!problems.empty()) return absl::InvalidArgumentError(problems.front().message);
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space,
                         SearchSpace::Make(spec.search(), std::move(constraints)));
  return PointTransfer(spec, std::move(space));
}

const v1::ParameterSpec& PointTransfer::ParameterOf(size_t dimension) const {
  return *std::ranges::find(spec_.search().parameters(), space_.dimensions()[dimension].path,
                            &v1::ParameterSpec::key);
}

TransferredPoint PointTransfer::PointOf(const v1::TrialConfig& trial) const {
  v1::SweepSpec there = SpecOf(trial);
  std::vector<std::string> values;
  TransferredPoint point;
  for (size_t i = 0; i < space_.dimensions().size(); ++i) {
    const v1::ParameterSpec& parameter = ParameterOf(i);
    if (!space_.IsPart(i, values)) {
      values.emplace_back();
      continue;
    }
    std::optional<std::string> value = ScalarAt(&there, parameter.key());
    if (!value.has_value()) value = DocumentAt(spec_, parameter, &there);
    if (!value.has_value()) {
      return {{}, absl::StrCat(parameter.key(), " has no value of this space there")};
    }
    if (!space_.Contains(i, *value)) {
      return {{}, absl::StrCat(parameter.key(), " lies outside this space there")};
    }
    if (!AreLinked(parameter, &there)) {
      return {{}, absl::StrCat(parameter.key(), " is not linked there as here")};
    }
    values.push_back(*value);
    point.values.emplace_back().set_path(parameter.key());
    point.values.back().set_value(*value);
  }
  if (!space_.Keeps(values)) return {{}, "search.constraints are not kept there"};
  return point;
}

}  // namespace pleat
