#include "client/json_output.h"

#include <google/protobuf/util/json_util.h>

namespace pleat {
namespace {

std::string Print(const google::protobuf::Message& message,
                  const google::protobuf::util::JsonPrintOptions& options) {
  std::string json;
  // Fails only for messages with Any fields of unknown types; the contract has none.
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "{}";
}

}  // namespace

std::string ToJsonText(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  return Print(message, options);
}

std::string ToJsonLine(const google::protobuf::Message& message) { return Print(message, {}); }

std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace pleat
