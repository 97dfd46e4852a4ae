#include "common/config/field_rules.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace pleat {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

const v1::FieldRules& RulesOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::rules);
}

const v1::OneofRules& RulesOf(const OneofDescriptor& oneof) {
  return oneof.options().GetExtension(v1::oneof_rules);
}

std::vector<std::string> DefaultElements(const FieldDescriptor& field) {
  absl::string_view list = RulesOf(field).default_();
  absl::ConsumePrefix(&list, "[");
  absl::ConsumeSuffix(&list, "]");
  return absl::StrSplit(list, ", ", absl::SkipEmpty());
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

std::vector<std::string> ArmNames(const OneofDescriptor& oneof) {
  std::vector<std::string> names;
  for (int i = 0; i < oneof.field_count(); ++i) names.push_back(oneof.field(i)->name());
  return names;
}

std::vector<std::string> KeysOf(const Descriptor& message) {
  if (const FieldDescriptor* inlined = InlineField(message); inlined && IsMessage(*inlined)) {
    return KeysOf(*inlined->message_type());
  }
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->name() != "key") names.push_back(message.field(i)->name());
  }
  return names;
}

const FieldDescriptor* InlineField(const Descriptor& message) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (RulesOf(*message.field(i)).inline_()) return message.field(i);
  }
  return nullptr;
}

const OneofDescriptor* SoleOneof(const Descriptor& message) {
  if (message.real_oneof_decl_count() != 1) return nullptr;
  const OneofDescriptor* oneof = message.oneof_decl(0);
  return oneof->field_count() == message.field_count() ? oneof : nullptr;
}

const FieldDescriptor& KeyField(const Descriptor& message) {
  return *message.FindFieldByName("key");
}

std::string FieldPath(const std::string& parent, const std::string& name) {
  return parent.empty() ? std::string(name) : absl::StrCat(parent, ".", name);
}

std::string ElementPath(const std::string& parent, const std::string& index) {
  return absl::StrCat(parent, "[", index, "]");
}

}  // namespace pleat
