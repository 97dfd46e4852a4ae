#include "common/config/message_reader.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/did_you_mean.h"
#include "common/config/field_rules.h"
#include "common/config/flow_text.h"
#include "common/config/scalar_access.h"
#include "common/config/schema_paths.h"

namespace pleat {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

MessageReader::MessageReader(const Descriptor& root, std::string file, SourceMap* sources,
                             std::vector<Diagnostic>* diagnostics)
    : root_(root), file_(std::move(file)), sources_(sources), diagnostics_(diagnostics) {}

void MessageReader::ReadRoot(const YamlNode& node, Message* message) {
  if (node.kind == YamlNode::Kind::kMapping) {
    Record(node, "");
    ReadKeys(node, "", message);
  } else if (node.kind == YamlNode::Kind::kNull) {
    Report({1, 1}, "",
           absl::StrCat("empty; expected a mapping with the keys ",
                        absl::StrJoin(KeysOf(root_), ", ")));
  } else {
    Report(node.at, "",
           absl::StrCat("expected a mapping with the keys ", absl::StrJoin(KeysOf(root_), ", "),
                        "; found ", DescribeNode(node)));
  }
}

void MessageReader::ReadField(const YamlNode& node, const std::string& path,
                              const FieldDescriptor& field, Message* message) {
  if (field.is_repeated()) {
    Record(node, path);
    message->GetReflection()->ClearField(message, &field);
    RulesOf(field).keyed() ? ReadKeyed(node, path, field, message)
                           : ReadList(node, path, field, message);
  } else if (IsMessage(field)) {
    ReadMessage(node, path, message->GetReflection()->MutableMessage(message, &field));
  } else {
    ReadScalar(node, path, field, message);
  }
}

void MessageReader::ReadScalar(const YamlNode& node, const std::string& path,
                               const FieldDescriptor& field, Message* message, int index) {
  Record(node, path);
  if (node.kind == YamlNode::Kind::kRefused) return;
  if (node.kind == YamlNode::Kind::kNull) {
    Report(node.at, path, "no value; give one, or remove the key");
    return;
  }
  const bool is_document = node.kind != YamlNode::Kind::kScalar && RulesOf(field).document();
  if (node.kind != YamlNode::Kind::kScalar && !is_document) {
    Report(node.at, path, absl::StrCat("expected a single value, found ", DescribeNode(node)));
    return;
  }
  if (is_document) RecordAll(node, path);
  const absl::StatusOr<ScalarValue> value =
      is_document ? ScalarValue(FlowText(node)) : ParseScalar(field, node.text, node.quoted);
  if (!value.ok()) {
    Report(node.at, path, std::string(value.status().message()));
  } else if (field.is_repeated() && index < 0) {
    AddScalar(message, field, *value);
  } else {
    SetScalar(message, field, *value, index);
  }
}

void MessageReader::ReadMessage(const YamlNode& node, const std::string& path, Message* message) {
  Record(node, path);
  if (const FieldDescriptor* inlined = InlineField(*message->GetDescriptor())) {
    ReadField(node, path, *inlined, message);
    return;
  }
  switch (node.kind) {
    case YamlNode::Kind::kRefused:
    case YamlNode::Kind::kNull:
      return;
    case YamlNode::Kind::kMapping:
      ReadKeys(node, path, message);
      return;
    case YamlNode::Kind::kScalar:
      if (SoleOneof(*message->GetDescriptor())) {
        ReadArmName(node, path, message);
        return;
      }
      [[fallthrough]];
    case YamlNode::Kind::kList: {
      const std::vector<std::string> keys = KeysOf(*message->GetDescriptor());
      const std::string expected =
          keys.empty() ? "{}" : absl::StrCat("a mapping with the keys ", absl::StrJoin(keys, ", "));
      Report(node.at, path, absl::StrCat("expected ", expected, "; found ", DescribeNode(node)));
      diagnostics_->back().unread = true;
    }
  }
}

void MessageReader::ReadKeys(const YamlNode& node, const std::string& path, Message* message) {
  const Descriptor& descriptor = *message->GetDescriptor();
  std::map<const OneofDescriptor*, const YamlNode*> chosen;
  for (const YamlNode& child : node.children) {
    const std::string child_path = FieldPath(path, child.key);
    const FieldDescriptor* field = descriptor.FindFieldByName(child.key);
    if (field == nullptr || child.key == "key") {
      Report(child.key_at, path,
             absl::StrCat("unknown key ", QuoteForMessage(child.key),
                          SuggestKey(root_, descriptor, child.key)));
      continue;
    }
    if (const OneofDescriptor* oneof = field->real_containing_oneof()) {
      const auto [first, inserted] = chosen.emplace(oneof, &child);
      if (!inserted) {
        Report(
            child.key_at, path,
            absl::StrCat("only one of ", absl::StrJoin(ArmNames(*oneof), ", "), " may be given; \"",
                         first->second->key, "\" stands on line ", first->second->key_at.line));
        continue;
      }
    }
    ReadField(child, child_path, *field, message);
  }
}

void MessageReader::ReadArmName(const YamlNode& node, const std::string& path, Message* message) {
  const OneofDescriptor& oneof = *SoleOneof(*message->GetDescriptor());
  const FieldDescriptor* arm = message->GetDescriptor()->FindFieldByName(node.text);
  if (arm == nullptr) {
    Report(node.at, path,
           absl::StrCat("unknown choice ", QuoteForMessage(node.text),
                        SuggestWord(node.text, ArmNames(oneof))));
  } else if (!IsMessage(*arm)) {
    Report(node.at, path,
           absl::StrCat("\"", arm->name(), "\" needs a value: {", arm->name(), ": …}"));
  } else {
    YamlNode empty;
    empty.at = node.at;
    ReadMessage(empty, FieldPath(path, arm->name()),
                message->GetReflection()->MutableMessage(message, arm));
  }
}

void MessageReader::ReadList(const YamlNode& node, const std::string& path,
                             const FieldDescriptor& field, Message* message) {
  if (node.kind == YamlNode::Kind::kRefused) return;
  if (node.kind != YamlNode::Kind::kList && RulesOf(field).alone()) {
    ReadScalar(node, ElementPath(path, "0"), field, message);
    return;
  }
  if (node.kind != YamlNode::Kind::kList) {
    Report(node.at, path, absl::StrCat("expected a list [a, b, …], found ", DescribeNode(node)));
    return;
  }
  const std::string& fallback = RulesOf(field).default_();
  if (node.children.empty() && !fallback.empty()) {
    // An empty repeated field cannot be told from one that was not given.
    Report(node.at, path,
           absl::StrCat("needs at least one element; remove the key for the default ", fallback));
  }
  for (size_t i = 0; i < node.children.size(); ++i) {
    const std::string element_path = ElementPath(path, absl::StrCat(i));
    if (IsMessage(field)) {
      ReadMessage(node.children[i], element_path,
                  message->GetReflection()->AddMessage(message, &field));
    } else {
      ReadScalar(node.children[i], element_path, field, message);
    }
  }
}

void MessageReader::ReadKeyed(const YamlNode& node, const std::string& path,
                              const FieldDescriptor& field, Message* message) {
  if (node.kind == YamlNode::Kind::kRefused || node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kMapping) {
    Report(node.at, path,
           absl::StrCat("expected a mapping {", RulesOf(KeyField(*field.message_type())).help(),
                        ": …}, found ", DescribeNode(node)));
    return;
  }
  for (const YamlNode& child : node.children) {
    Message* element = message->GetReflection()->AddMessage(message, &field);
    SetScalar(element, KeyField(*element->GetDescriptor()), child.key);
    ReadMessage(child, ElementPath(path, child.key), element);
  }
}

void MessageReader::Record(const YamlNode& node, const std::string& path) {
  const Position key = node.key_at.line > 0 ? node.key_at : node.at;
  sources_->Record(path, file_, key, node.at, node.quoted);
}

void MessageReader::RecordAll(const YamlNode& node, const std::string& path) {
  Record(node, path);
  for (size_t i = 0; i < node.children.size(); ++i) {
    RecordAll(node.children[i], NodePath(path, i));
  }
}

void MessageReader::Report(Position at, const std::string& path, std::string message) {
  diagnostics_->push_back({file_, at.line, at.column, path, std::move(message)});
}

}  // namespace pleat
