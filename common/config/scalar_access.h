// Typed reading and writing of scalar fields by reflection.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "common/config/scalar_text.h"

namespace pleat {

// Value of a scalar field; `index` >= 0: of one element of a repeated one.
ScalarValue GetScalar(const google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor& field, int index = -1);
void SetScalar(google::protobuf::Message* message, const google::protobuf::FieldDescriptor& field,
               const ScalarValue& value, int index = -1);
// Appends to a repeated scalar field.
void AddScalar(google::protobuf::Message* message, const google::protobuf::FieldDescriptor& field,
               const ScalarValue& value);

}  // namespace pleat
