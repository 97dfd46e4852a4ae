#include "common/config/flow_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace pleat {
namespace {

// True for letters that mean nothing to YAML inside a word.
bool IsPlainLetter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '+'; }

// A minus or a slash is plain too, but not alone.
bool IsPlainWord(const std::string& text) {
  return std::ranges::any_of(text, IsPlainLetter) &&
         std::ranges::all_of(text, [](char c) { return IsPlainLetter(c) || c == '-' || c == '/'; });
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", std::string(1, c));
    } else if (absl::ascii_iscntrl(c)) {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string WordText(const std::string& text, bool quoted) {
  return !quoted && IsPlainWord(text) ? text : Quoted(text);
}

}  // namespace

std::string FlowText(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::kScalar) return WordText(node.text, node.quoted);
  const bool is_mapping = node.kind == YamlNode::Kind::kMapping;
  if (!is_mapping && node.kind != YamlNode::Kind::kList) return "~";
  std::string text;
  for (const YamlNode& child : node.children) {
    absl::StrAppend(&text, text.empty() ? "" : ", ");
    if (is_mapping) absl::StrAppend(&text, WordText(child.key, /*quoted=*/false), ": ");
    absl::StrAppend(&text, FlowText(child));
  }
  return is_mapping ? absl::StrCat("{", text, "}") : absl::StrCat("[", text, "]");
}

}  // namespace pleat
