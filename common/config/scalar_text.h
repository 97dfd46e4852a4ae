// Scalars of configuration fields: from text, by the field's rules, and back.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

// The value of a scalar field; signed and unsigned fields of 32 bits use the 64-bit alternatives.
using ScalarValue = std::variant<bool, int64_t, uint64_t, double, std::string>;

// The text in double quotes, escaped, cut after 60 bytes; for messages.
std::string QuoteForMessage(const std::string& text);

// The value that YAML text stands for in a field of this type: true and false, whole numbers
// without leading zeros, finite reals, any text. `quoted` text is only ever text. INVALID_ARGUMENT
// says what was expected and what was found.
absl::StatusOr<ScalarValue> ParseScalar(const google::protobuf::FieldDescriptor& field,
                                        const std::string& text, bool quoted);

// Checks a value against the field's range, allowed values, and form of names and paths.
absl::Status CheckScalar(const google::protobuf::FieldDescriptor& field, const ScalarValue& value);

// "from 1 to 100 (epochs)", "more than 0"; empty for a field without bounds.
std::string DescribeRange(const google::protobuf::FieldDescriptor& field);

// The shortest text that reads back as the same value.
std::string ScalarText(const ScalarValue& value);

}  // namespace pleat
