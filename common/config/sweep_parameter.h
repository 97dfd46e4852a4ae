// Search parameters: which fields may be varied, and the values they take.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/status/statusor.h"
#include "common/config/field_path.h"
#include "common/config/scalar_text.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The scalar of `spec` that a parameter's path names. INVALID_ARGUMENT: no such path, not a scalar,
// not below model or training, or on an arm that the sweep did not choose.
absl::StatusOr<FieldTarget> FindParameter(v1::SweepSpec* spec, const std::string& path);

// The value that a parameter's text gives the field, its range checked. INVALID_ARGUMENT if it does
// not fit.
absl::StatusOr<ScalarValue> ReadParameterValue(const google::protobuf::FieldDescriptor& field,
                                               const std::string& text);

}  // namespace pleat
