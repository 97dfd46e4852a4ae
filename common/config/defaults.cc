#include "common/config/defaults.h"

#include "common/config/field_rules.h"
#include "common/config/scalar_access.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

// Defaults are part of the program: one that does not read is a bug, seen by the first test.
ScalarValue DefaultValue(const FieldDescriptor& field, const std::string& text) {
  return ParseScalar(field, text, /*quoted=*/false).value();
}

void FillList(const FieldDescriptor& field, Message* message) {
  for (const std::string& element : DefaultElements(field)) {
    AddScalar(message, field, DefaultValue(field, element));
  }
}

void FillField(const FieldDescriptor& field, Message* message) {
  const auto& reflection = *message->GetReflection();
  if (!RulesOf(field).has_default_()) return;
  if (field.is_repeated()) {
    if (reflection.FieldSize(*message, &field) == 0) FillList(field, message);
  } else if (!reflection.HasField(*message, &field)) {
    if (IsMessage(field)) {
      reflection.MutableMessage(message, &field);
    } else {
      SetScalar(message, field, DefaultValue(field, RulesOf(field).default_()));
    }
  }
}

void FillOneof(const OneofDescriptor& oneof, Message* message) {
  const auto& reflection = *message->GetReflection();
  const std::string& arm = RulesOf(oneof).default_();
  if (arm.empty() || reflection.HasOneof(*message, &oneof)) return;
  reflection.MutableMessage(message, message->GetDescriptor()->FindFieldByName(arm));
}

void FillBelow(const FieldDescriptor& field, Message* message) {
  const auto& reflection = *message->GetReflection();
  if (!IsMessage(field)) return;
  if (!field.is_repeated()) {
    if (reflection.HasField(*message, &field)) {
      FillDefaults(reflection.MutableMessage(message, &field));
    }
    return;
  }
  for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
    FillDefaults(reflection.MutableRepeatedMessage(message, &field, i));
  }
}

}  // namespace

void FillDefaults(Message* message) {
  const auto& descriptor = *message->GetDescriptor();
  for (int i = 0; i < descriptor.real_oneof_decl_count(); ++i) {
    FillOneof(*descriptor.oneof_decl(i), message);
  }
  for (int i = 0; i < descriptor.field_count(); ++i) {
    FillField(*descriptor.field(i), message);
    FillBelow(*descriptor.field(i), message);
  }
}

}  // namespace pleat
