#include "common/config/overrides.h"

#include "absl/strings/str_cat.h"
#include "common/config/field_path.h"
#include "common/config/field_rules.h"
#include "common/config/message_reader.h"
#include "common/config/scalar_access.h"
#include "common/config/yaml_tree.h"

namespace pleat {
namespace {

using google::protobuf::Message;

// Places inside an override's value would be mistaken for places in the file.
void ForgetPositions(YamlNode* node) {
  node->at = {};
  node->key_at = {};
  for (YamlNode& child : node->children) ForgetPositions(&child);
}

void ReadTarget(const YamlNode& node, const std::string& path, const FieldTarget& target,
                MessageReader* reader) {
  const auto& reflection = *target.parent->GetReflection();
  if (IsMessage(*target.field) && (target.index >= 0 || !target.field->is_repeated())) {
    Message* message = target.index >= 0 ? reflection.MutableRepeatedMessage(
                                               target.parent, target.field, target.index)
                                         : reflection.MutableMessage(target.parent, target.field);
    // The key is part of the path and stays.
    const auto* key = message->GetDescriptor()->FindFieldByName("key");
    const std::string kept = key ? std::get<std::string>(GetScalar(*message, *key)) : "";
    message->Clear();
    if (key) SetScalar(message, *key, kept);
    reader->ReadMessage(node, path, message);
  } else if (target.index >= 0) {
    reader->ReadScalar(node, path, *target.field, target.parent, target.index);
  } else {
    reader->ReadField(node, path, *target.field, target.parent);
  }
}

}  // namespace

void ApplyOverride(const std::string& text, Message* message, SourceMap* sources,
                   std::vector<Diagnostic>* diagnostics) {
  const auto report = [&](const std::string& path, std::string problem) {
    diagnostics->push_back({kOverrideFile, 0, 0, path, std::move(problem)});
  };
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    report("", absl::StrCat("expected path=value, found ", QuoteForMessage(text)));
    return;
  }
  const std::string path = text.substr(0, equals);
  std::vector<Diagnostic> syntax;
  YamlNode node = ParseYaml(text.substr(equals + 1), kOverrideFile, &syntax);
  for (const Diagnostic& diagnostic : syntax) report(path, diagnostic.message);
  if (!syntax.empty()) return;
  ForgetPositions(&node);
  const absl::StatusOr<FieldTarget> target = ResolveFieldPath(message, path, AbsentFields::kMake);
  if (!target.ok()) {
    report(path, std::string(target.status().message()));
    return;
  }
  MessageReader reader(*message->GetDescriptor(), kOverrideFile, sources, diagnostics);
  ReadTarget(node, path, *target, &reader);
}

}  // namespace pleat
