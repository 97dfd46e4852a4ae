// Every key of a schema, and where a key belongs.
#pragma once

#include <google/protobuf/descriptor.h>

#include <functional>
#include <string>

namespace pleat {

// Calls `visit(path, field)` for each field below `root`, in the order of the proto, parents first.
// Elements are written "augmentation[].p", and without index for keyed ones:
// "parameters[].uniform".
void VisitSchema(const google::protobuf::Descriptor& root,
                 const std::function<void(const std::string& path,
                                          const google::protobuf::FieldDescriptor&)>& visit);

// What to do about the unknown key `key` of `message`: the near key among its own; or else the
// paths where the schema knows this key; or else its own keys. "; did you mean \"epochs\"?"
std::string SuggestKey(const google::protobuf::Descriptor& root,
                       const google::protobuf::Descriptor& message, const std::string& key);

}  // namespace pleat
