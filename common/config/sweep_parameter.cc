#include "common/config/sweep_parameter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/document_value.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_access.h"

namespace pleat {

absl::StatusOr<FieldTarget> FindParameter(v1::SweepSpec* spec, const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(const FieldTarget target,
                         ResolveFieldPath(spec, path, AbsentFields::kRefuse));
  if (!target.sweepable) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " may not vary; parameters are fields of model or training"));
  }
  return target;
}

std::vector<std::string> PathsOf(const v1::ParameterSpec& parameter) {
  std::vector<std::string> paths = {parameter.key()};
  paths.insert(paths.end(), parameter.also().begin(), parameter.also().end());
  return paths;
}

bool SearchVaries(const v1::SearchSpec& search, const std::string& path) {
  return std::ranges::any_of(search.parameters(), [&](const v1::ParameterSpec& parameter) {
    return std::ranges::any_of(PathsOf(parameter), [&](const std::string& varied) {
      return absl::StartsWith(varied, path);
    });
  });
}

bool TakesDocuments(const FieldTarget& target) {
  return IsMessage(*target.field) || (target.field->is_repeated() && target.index < 0);
}

absl::StatusOr<ScalarValue> ReadParameterValue(const google::protobuf::FieldDescriptor& field,
                                               const std::string& text) {
  PLEAT_ASSIGN_OR_RETURN(ScalarValue value, ParseScalar(field, text, /*quoted=*/false));
  PLEAT_RETURN_IF_ERROR(CheckScalar(field, value));
  return value;
}

void PutParameterValue(const FieldTarget& target, const std::string& text, const std::string& path,
                       std::vector<Problem>* problems) {
  if (TakesDocuments(target)) return PutDocument(target, text, path, problems);
  const absl::StatusOr<ScalarValue> value = ReadParameterValue(*target.field, text);
  if (value.ok()) {
    SetScalar(target.parent, *target.field, *value, target.index);
  } else {
    problems->push_back({path, std::string(value.status().message())});
  }
}

}  // namespace pleat
