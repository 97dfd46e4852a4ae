#include "common/config/sweep_yaml.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/config/defaults.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_access.h"

namespace pleat {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

constexpr size_t kLineWidth = 100;
constexpr size_t kFlowDepth = 2;  // levels of braces and brackets on one line

// Text that YAML takes for a string or number of just these characters, wherever it stands.
bool IsPlain(const std::string& text) {
  static constexpr const char* kWords[] = {"true", "false", "yes", "no",  "on",
                                           "off",  "y",     "n",   "null"};
  if (text.empty() || !(absl::ascii_isalnum(text[0]) || absl::StrContains("_/-", text[0]))) {
    return text == ".";
  }
  const bool is_word = std::ranges::any_of(
      kWords, [&](const char* word) { return absl::EqualsIgnoreCase(text, word); });
  const bool is_mark = text == "-" || absl::StartsWith(text, "--");
  return !is_word && !is_mark && std::ranges::all_of(text, [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("_./-+", c);
  });
}

std::string TextOf(const std::string& text) {
  if (IsPlain(text)) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppendFormat(&quoted, "\\x%02X", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// What is written: a scalar's text, a list, or a mapping.
struct Node {
  enum class Kind { kScalar, kList, kMapping };
  Kind kind = Kind::kMapping;
  std::string text = {};  // of a scalar, or a child's key
  std::string key = {};   // if the node is a mapping's value
  std::vector<Node> children = {};

  bool IsEmpty() const { return kind != Kind::kScalar && children.empty(); }
};

size_t DepthOf(const Node& node) {
  size_t depth = 0;
  for (const Node& child : node.children) depth = std::max(depth, DepthOf(child));
  return node.kind == Node::Kind::kScalar || node.IsEmpty() ? 0 : depth + 1;
}

std::string FlowText(const Node& node) {
  if (node.kind == Node::Kind::kScalar) return node.text;
  const bool is_list = node.kind == Node::Kind::kList;
  std::string text = is_list ? "[" : "{";
  for (const Node& child : node.children) {
    absl::StrAppend(&text, &child == &node.children.front() ? "" : ", ",
                    is_list ? "" : TextOf(child.key) + ": ", FlowText(child));
  }
  return text + (is_list ? "]" : "}");
}

// Lines of a list's or mapping's children, `indent` columns from the left.
void PrintBlock(const Node& node, size_t indent, std::string* out) {
  for (const Node& child : node.children) {
    const bool is_element = node.kind == Node::Kind::kList;
    const std::string head =
        absl::StrCat(std::string(indent, ' '), is_element ? "- " : TextOf(child.key) + ":");
    const std::string flow = FlowText(child);
    const bool fits = head.size() + 1 + flow.size() <= kLineWidth && DepthOf(child) <= kFlowDepth;
    if (is_element && child.kind == Node::Kind::kMapping && !child.IsEmpty() &&
        (child.children.size() == 1 || !fits)) {
      // The first key stands behind the dash.
      const size_t begin = out->size();
      PrintBlock(child, indent + 2, out);
      (*out)[begin + indent] = '-';
    } else if (fits || child.IsEmpty() || child.kind == Node::Kind::kScalar) {
      absl::StrAppend(out, head, is_element ? "" : " ", flow, "\n");
    } else if (is_element) {
      absl::StrAppend(out, head, flow, "\n");
    } else {
      absl::StrAppend(out, head, "\n");
      PrintBlock(child, indent + 2, out);
    }
  }
}

Node ScalarNode(const ScalarValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return {.kind = Node::Kind::kScalar, .text = text != nullptr ? TextOf(*text) : ScalarText(value)};
}

Node MessageNode(const Message& message);

Node ListNode(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  Node list{.kind = RulesOf(field).keyed() ? Node::Kind::kMapping : Node::Kind::kList};
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (!IsMessage(field)) {
      list.children.push_back(ScalarNode(GetScalar(message, field, i)));
      continue;
    }
    const Message& element = reflection.GetRepeatedMessage(message, &field, i);
    Node& child = list.children.emplace_back(MessageNode(element));
    if (RulesOf(field).keyed()) {
      child.key = std::get<std::string>(GetScalar(element, KeyField(*element.GetDescriptor())));
    }
  }
  return list;
}

Node FieldNode(const Message& message, const FieldDescriptor& field) {
  if (field.is_repeated()) return ListNode(message, field);
  if (!IsMessage(field)) return ScalarNode(GetScalar(message, field));
  return MessageNode(message.GetReflection()->GetMessage(message, &field));
}

// True if the field of a message is that of one of which nothing was said.
bool IsAsByDefault(const Message& message, const Message& defaults, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    if (reflection.FieldSize(message, &field) == 0) return true;
  } else {
    if (!reflection.HasField(message, &field)) return true;
    if (!reflection.HasField(defaults, &field)) return false;
  }
  MessageDifferencer differencer;
  return differencer.CompareWithFields(message, defaults, {&field}, {&field});
}

Node MessageNode(const Message& message) {
  const Descriptor& descriptor = *message.GetDescriptor();
  if (const FieldDescriptor* inlined = InlineField(descriptor)) return FieldNode(message, *inlined);
  const std::unique_ptr<Message> defaults(message.New());
  FillDefaults(defaults.get());
  Node node;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.name() == "key" || IsAsByDefault(message, *defaults, field)) continue;
    Node child = FieldNode(message, field);
    child.key = field.name();
    node.children.push_back(std::move(child));
  }
  if (SoleOneof(descriptor) == nullptr || node.children.size() != 1) return node;
  // An arm of which nothing is said is written as its name alone.
  const FieldDescriptor& arm = *descriptor.FindFieldByName(node.children[0].key);
  if (!IsMessage(arm) || !node.children[0].IsEmpty() ||
      node.children[0].kind != Node::Kind::kMapping) {
    return node;
  }
  return {.kind = Node::Kind::kScalar, .text = node.children[0].key};
}

}  // namespace

std::string SweepYaml(const v1::SweepSpec& spec) {
  std::string text;
  PrintBlock(MessageNode(spec), 0, &text);
  return text;
}

}  // namespace pleat
