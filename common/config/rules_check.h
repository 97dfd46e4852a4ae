// Checks that a message keeps the rules of its fields.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "common/config/diagnostic.h"

namespace pleat {

// Appends a problem for each value out of range or not allowed, list too long, key given twice,
// required field or arm that is missing, default that was not filled in, and field that this
// version does not know.
void CheckRules(const google::protobuf::Message& message, std::vector<Problem>* problems);

// The same for one field of `message`, or element `index` of a repeated one, which is a message;
// `path`: that of the value.
void CheckFieldRules(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field, int index,
                     const std::string& path, std::vector<Problem>* problems);

}  // namespace pleat
