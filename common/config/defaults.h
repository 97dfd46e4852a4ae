// Defaults of configuration messages.
#pragma once

#include <google/protobuf/message.h>

namespace pleat {

// Puts the default of every field and oneof that is not given, at every depth. Fields that are
// required, or optional without default, stay absent. Doing it twice changes nothing.
void FillDefaults(google::protobuf::Message* message);

}  // namespace pleat
