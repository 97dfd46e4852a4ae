// Checks that a message keeps the rules of its fields.
#pragma once

#include <google/protobuf/message.h>

#include <vector>

#include "common/config/diagnostic.h"

namespace pleat {

// Appends a problem for each value out of range or not allowed, list too long, key given twice,
// required field or arm that is missing, default that was not filled in, and field that this
// version does not know.
void CheckRules(const google::protobuf::Message& message, std::vector<Problem>* problems);

}  // namespace pleat
