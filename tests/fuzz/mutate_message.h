// Random changes of a message, field by field, for fuzzers whose inputs are messages.
#pragma once

#include <google/protobuf/message.h>

namespace pleat {

// Makes one to four changes that follow from `seed`: fields are set to edge values, to what stands
// elsewhere in the message, or cleared; list elements are doubled, swapped, removed or added.
void MutateMessage(unsigned seed, google::protobuf::Message* message);

}  // namespace pleat
