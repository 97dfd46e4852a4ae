#include "common/config/json_schema.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_text.h"
#include "proto/sweep.pb.h"

namespace pleat {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;
using Json = nlohmann::ordered_json;

constexpr char kNamePattern[] = "^[a-z0-9][a-z0-9_.-]{0,63}$";

Json DefaultJson(const FieldDescriptor& field, const std::string& text) {
  const ScalarValue value = ParseScalar(field, text, /*quoted=*/false).value();
  return std::visit([](const auto& typed) { return Json(typed); }, value);
}

// A number without fraction is written as a whole one: 100, not 100.0.
Json NumberJson(double value) {
  if (value == static_cast<double>(static_cast<int64_t>(value))) return static_cast<int64_t>(value);
  return value;
}

// Builds the schema; every message becomes one entry of $defs.
class SchemaBuilder {
 public:
  Json Build(const Descriptor& root) {
    Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", "Pleat sweep"}};
    schema.update(MappingSchema(root));
    schema["$defs"] = std::move(definitions_);
    return schema;
  }

 private:
  Json FieldSchema(const FieldDescriptor& field) {
    const v1::FieldRules& rules = RulesOf(field);
    if (field.is_repeated()) {
      return rules.keyed() ? KeyedSchema(field) : ListSchema(field);
    }
    Json schema = IsMessage(field) ? MessageSchema(*field.message_type()) : ScalarSchema(field);
    if (!IsMessage(field) && rules.has_default_()) {
      schema["default"] = DefaultJson(field, rules.default_());
    }
    return schema;
  }

  Json ListSchema(const FieldDescriptor& field) {
    const v1::FieldRules& rules = RulesOf(field);
    Json schema = {{"type", "array"}};
    schema["items"] = IsMessage(field) ? MessageSchema(*field.message_type()) : ScalarSchema(field);
    if (rules.required() || !rules.default_().empty()) schema["minItems"] = 1;
    if (rules.max_items() > 0) schema["maxItems"] = rules.max_items();
    for (const std::string& element : DefaultElements(field)) {
      schema["default"].push_back(DefaultJson(field, element));
    }
    if (rules.alone()) return {{"anyOf", {schema["items"], schema}}};
    return schema;
  }

  Json KeyedSchema(const FieldDescriptor& field) {
    Json schema = {{"type", {"object", "null"}}};
    schema["additionalProperties"] = MessageSchema(*field.message_type());
    if (RulesOf(KeyField(*field.message_type())).name()) {
      schema["propertyNames"] = {{"pattern", kNamePattern}};
    }
    if (RulesOf(field).max_items() > 0) schema["maxProperties"] = RulesOf(field).max_items();
    return schema;
  }

  Json ScalarSchema(const FieldDescriptor& field) {
    const v1::FieldRules& rules = RulesOf(field);
    Json schema;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        schema["type"] = "boolean";
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        // Unquoted numbers and true are text here.
        schema["type"] = rules.allowed().empty() && !rules.name()
                             ? Json{"string", "number", "boolean"}
                             : Json("string");
        if (rules.document()) schema["type"].insert(schema["type"].end(), {"array", "object"});
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        schema["type"] = "number";
        break;
      default:
        schema["type"] = "integer";
        break;
    }
    const bool is_unsigned = field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 ||
                             field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
    if (rules.has_min()) {
      schema[rules.exclusive_min() ? "exclusiveMinimum" : "minimum"] = NumberJson(rules.min());
    } else if (is_unsigned) {
      schema["minimum"] = 0;
    }
    if (rules.has_max()) {
      schema[rules.exclusive_max() ? "exclusiveMaximum" : "maximum"] = NumberJson(rules.max());
    }
    for (const std::string& allowed : rules.allowed()) schema["enum"].push_back(allowed);
    if (rules.name()) schema["pattern"] = kNamePattern;
    if (rules.path()) schema["minLength"] = 1;
    return schema;
  }

  Json MessageSchema(const Descriptor& message) {
    if (const FieldDescriptor* inlined = InlineField(message)) return FieldSchema(*inlined);
    if (!definitions_.contains(message.name())) {
      definitions_[message.name()] = nullptr;  // keeps the place: callers come before what they use
      definitions_[message.name()] = DefinitionSchema(message);
    }
    return {{"$ref", absl::StrCat("#/$defs/", message.name())}};
  }

  Json DefinitionSchema(const Descriptor& message) {
    Json mapping = MappingSchema(message);
    const OneofDescriptor* oneof = SoleOneof(message);
    if (oneof == nullptr) return mapping;
    Json names = Json::array();
    for (int i = 0; i < oneof->field_count(); ++i) {
      if (IsMessage(*oneof->field(i))) names.push_back(oneof->field(i)->name());
    }
    if (names.empty()) return mapping;
    return {{"anyOf", {Json{{"enum", names}}, mapping}}};
  }

  Json MappingSchema(const Descriptor& message) {
    Json schema = {{"type", {"object", "null"}}, {"properties", Json::object()}};
    Json required = Json::array();
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      if (field.name() == "key") continue;
      schema["properties"][field.name()] = DescribedSchema(field);
      if (RulesOf(field).required()) required.push_back(field.name());
    }
    schema["additionalProperties"] = false;
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
      schema["oneOf"] = ArmsSchema(*message.oneof_decl(i));
    }
    if (!required.empty()) {
      schema["type"] = "object";
      schema["required"] = required;
    }
    return schema;
  }

  Json DescribedSchema(const FieldDescriptor& field) {
    const v1::FieldRules& rules = RulesOf(field);
    Json schema = {{"description", rules.unit().empty()
                                       ? rules.help()
                                       : absl::StrCat(rules.help(), " (", rules.unit(), ")")}};
    schema.update(FieldSchema(field));
    return schema;
  }

  // Exactly one arm, or none where one is the default.
  static Json ArmsSchema(const OneofDescriptor& oneof) {
    Json arms = Json::array();
    Json any = Json::array();
    for (int i = 0; i < oneof.field_count(); ++i) {
      const Json arm = {{"required", {oneof.field(i)->name()}}};
      arms.push_back(arm);
      any.push_back(arm);
    }
    if (!RulesOf(oneof).required()) arms.push_back({{"not", {{"anyOf", any}}}});
    return arms;
  }

  Json definitions_ = Json::object();
};

}  // namespace

std::string SweepJsonSchema() {
  return absl::StrCat(SchemaBuilder().Build(*v1::SweepSpec::descriptor()).dump(2), "\n");
}

}  // namespace pleat
