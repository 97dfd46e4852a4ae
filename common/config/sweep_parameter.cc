#include "common/config/sweep_parameter.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/field_rules.h"

namespace pleat {

absl::StatusOr<FieldTarget> FindParameter(v1::SweepSpec* spec, const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(const FieldTarget target,
                         ResolveFieldPath(spec, path, AbsentFields::kRefuse));
  if (!target.sweepable) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " may not vary; parameters are fields of model or training"));
  }
  if (target.field->is_repeated() && target.index < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a list; vary one element, such as ", path, "[0]"));
  }
  if (IsMessage(*target.field)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not one value; name a field below it"));
  }
  return target;
}

absl::StatusOr<ScalarValue> ReadParameterValue(const google::protobuf::FieldDescriptor& field,
                                               const std::string& text) {
  PLEAT_ASSIGN_OR_RETURN(ScalarValue value, ParseScalar(field, text, /*quoted=*/false));
  PLEAT_RETURN_IF_ERROR(CheckScalar(field, value));
  return value;
}

}  // namespace pleat
