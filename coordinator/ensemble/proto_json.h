// Messages as JSON with the proto's field names.
#pragma once

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"

namespace pleat {

// Fields in the order of their numbers, scalars without presence always there, 64-bit integers as
// strings (proto3 JSON): what JsonStringToMessage reads back. Equal messages give equal text.
absl::StatusOr<nlohmann::ordered_json> ToJson(const google::protobuf::Message& message);

}  // namespace pleat
