#include "common/config/document_value.h"

#include <memory>
#include <optional>

#include "common/config/defaults.h"
#include "common/config/field_rules.h"
#include "common/config/message_reader.h"
#include "common/config/rules_check.h"
#include "common/config/scalar_access.h"
#include "common/config/source_map.h"
#include "common/config/yaml_tree.h"
#include "proto/sweep.pb.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsAt(Position a, Position b) { return a.line == b.line && a.column == b.column; }

// Sets the problem's place to the node that stands at `at`, below `node`, whose place is `place`.
// False if there is none.
bool SetPlace(const YamlNode& node, const std::string& place, Position at, Problem* problem) {
  problem->at_key = IsAt(node.key_at, at);
  problem->place = place;
  if (problem->at_key || IsAt(node.at, at)) return true;
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (SetPlace(node.children[i], NodePath(place, i), at, problem)) return true;
  }
  return false;
}

// What diagnostics of the text say, at the places where its nodes were recorded.
void AddAsProblems(const std::vector<Diagnostic>& diagnostics, const YamlNode& document,
                   const std::string& path, std::vector<Problem>* problems) {
  for (const Diagnostic& diagnostic : diagnostics) {
    Problem problem = {diagnostic.path, diagnostic.message};
    if (!SetPlace(document, path, {diagnostic.line, diagnostic.column}, &problem)) {
      problem.place.clear();
    }
    problems->push_back(std::move(problem));
  }
}

// Gives the target what `holder`, a message of its kind, has in its place.
void Take(Message* holder, const FieldTarget& target) {
  const auto& reflection = *target.parent->GetReflection();
  if (target.index < 0) {
    reflection.SwapFields(target.parent, holder, {target.field});
  } else {
    Message* element = reflection.MutableRepeatedMessage(target.parent, target.field, target.index);
    element->GetReflection()->Swap(element,
                                   reflection.MutableRepeatedMessage(holder, target.field, 0));
  }
}

// Reads the document into the target's field of `holder`; an element becomes its first.
void Read(const YamlNode& document, const std::string& path, const FieldTarget& target,
          MessageReader* reader, Message* holder) {
  if (target.index < 0) return reader->ReadField(document, path, *target.field, holder);
  Message* element = holder->GetReflection()->AddMessage(holder, target.field);
  reader->ReadMessage(document, path, element);
  // The key of a keyed element is part of the path and stays.
  const FieldDescriptor* key = element->GetDescriptor()->FindFieldByName("key");
  if (key == nullptr) return;
  const Message& old = target.parent->GetReflection()->GetRepeatedMessage(
      *target.parent, target.field, target.index);
  SetScalar(element, *key, GetScalar(old, *key));
}

}  // namespace

void PutDocument(const FieldTarget& target, const std::string& text, const std::string& path,
                 std::vector<Problem>* problems) {
  std::vector<Diagnostic> diagnostics;
  const YamlNode document = ParseYaml(text, "", &diagnostics);
  const std::unique_ptr<Message> holder(target.parent->New());
  if (diagnostics.empty()) {
    SourceMap sources("");
    MessageReader reader(*v1::SweepSpec::descriptor(), "", &sources, &diagnostics);
    Read(document, path, target, &reader, holder.get());
    FillDefaults(holder.get());
    std::vector<Problem> broken;
    CheckFieldRules(*holder, *target.field, target.index < 0 ? -1 : 0, path, &broken);
    sources.AddProblems(broken, &diagnostics);
  }
  AddAsProblems(diagnostics, document, path, problems);
  Take(holder.get(), target);
}

}  // namespace pleat
