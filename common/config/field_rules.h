// What the descriptors say about configuration fields: rules, arms, keys, inline fields.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "proto/options.pb.h"

namespace pleat {

const v1::FieldRules& RulesOf(const google::protobuf::FieldDescriptor& field);
const v1::OneofRules& RulesOf(const google::protobuf::OneofDescriptor& oneof);

// The elements of a repeated field's default, which is written "[a, b]"; none without default.
std::vector<std::string> DefaultElements(const google::protobuf::FieldDescriptor& field);

bool IsMessage(const google::protobuf::FieldDescriptor& field);

// Names of a oneof's arms, in the order of the proto.
std::vector<std::string> ArmNames(const google::protobuf::OneofDescriptor& oneof);

// The keys that stand for a message in YAML: its fields without the `key` of a keyed message.
std::vector<std::string> KeysOf(const google::protobuf::Descriptor& message);

// The field as which the whole message is written in YAML; null if there is none.
const google::protobuf::FieldDescriptor* InlineField(const google::protobuf::Descriptor& message);

// The oneof of which the message consists, so that an arm's name alone may stand for it; null if it
// has other fields.
const google::protobuf::OneofDescriptor* SoleOneof(const google::protobuf::Descriptor& message);

// The `key` of a message that is an element of a keyed field.
const google::protobuf::FieldDescriptor& KeyField(const google::protobuf::Descriptor& message);

// "parent.name", "parent[index]"; the parent of top-level fields is empty.
std::string FieldPath(const std::string& parent, const std::string& name);
std::string ElementPath(const std::string& parent, const std::string& index);

}  // namespace pleat
