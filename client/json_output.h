// Messages as JSON, for scripts.
#pragma once

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>
#include <string>

namespace pleat {

// The message as JSON with camelCase keys; numbers of 64 bits are strings, as in every proto JSON.
std::string ToJsonText(const google::protobuf::Message& message);

// The same on one line, without fields that are not set.
std::string ToJsonLine(const google::protobuf::Message& message);

// An object of our own on several lines; what is no UTF-8 is replaced.
std::string JsonText(const nlohmann::ordered_json& json);

}  // namespace pleat
