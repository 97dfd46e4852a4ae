// Search parameters: which fields may be varied, and the values they take.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/diagnostic.h"
#include "common/config/field_path.h"
#include "common/config/scalar_text.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The field of `spec` that a parameter's path names. INVALID_ARGUMENT: no such path, not below
// model or training, or on an arm that the sweep did not choose.
absl::StatusOr<FieldTarget> FindParameter(v1::SweepSpec* spec, const std::string& path);

// The paths of all fields that take the parameter's value.
std::vector<std::string> PathsOf(const v1::ParameterSpec& parameter);

// True if the search varies a field at the path or below it.
bool SearchVaries(const v1::SearchSpec& search, const std::string& path);

// True if values of the field are whole sections or lists, not scalars.
bool TakesDocuments(const FieldTarget& target);

// The value that a parameter's text gives the scalar field, its range checked. INVALID_ARGUMENT if
// it does not fit.
absl::StatusOr<ScalarValue> ReadParameterValue(const google::protobuf::FieldDescriptor& field,
                                               const std::string& text);

// Puts the value that a parameter's text gives into its field, with all defaults of a section; what
// the field had goes away. Appends a problem, at `path` or below it, for all that does not fit; the
// field is then of no use.
void PutParameterValue(const FieldTarget& target, const std::string& text, const std::string& path,
                       std::vector<Problem>* problems);

}  // namespace pleat
