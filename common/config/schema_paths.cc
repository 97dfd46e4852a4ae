#include "common/config/schema_paths.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/did_you_mean.h"
#include "common/config/field_rules.h"

namespace pleat {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Visitor = std::function<void(const std::string&, const FieldDescriptor&)>;

constexpr size_t kMostPlaces = 4;

// `above`: the messages that this one stands in. One that stands in itself is visited once.
void Visit(const Descriptor& message, const std::string& path, const Visitor& visit,
           std::vector<const Descriptor*> above = {}) {
  if (std::ranges::find(above, &message) != above.end()) return;
  above.push_back(&message);
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const v1::FieldRules& rules = RulesOf(field);
    if (rules.inline_()) {
      const std::string inside = field.is_repeated() ? ElementPath(path, "") : path;
      if (IsMessage(field)) Visit(*field.message_type(), inside, visit, above);
      continue;
    }
    std::string field_path = FieldPath(path, field.name());
    visit(field_path, field);
    if (!IsMessage(field)) continue;
    if (field.is_repeated()) field_path = ElementPath(field_path, "");
    Visit(*field.message_type(), field_path, visit, above);
  }
}

}  // namespace

void VisitSchema(const Descriptor& root, const Visitor& visit) { Visit(root, "", visit); }

std::string SuggestKey(const Descriptor& root, const Descriptor& message, const std::string& key) {
  const std::vector<std::string> siblings = KeysOf(message);
  if (const std::string nearest = NearestWord(key, siblings); !nearest.empty()) {
    return absl::StrCat("; did you mean \"", nearest, "\"?");
  }
  std::vector<std::string> places;
  VisitSchema(root, [&](const std::string& path, const FieldDescriptor& field) {
    if (field.name() == key && key != "key") places.push_back(path);
  });
  if (places.size() > kMostPlaces) {
    places.resize(kMostPlaces);
    places.push_back("…");
  }
  if (!places.empty()) return absl::StrCat("; it belongs at ", absl::StrJoin(places, ", "));
  if (siblings.empty()) return "; there are no keys here";
  return SuggestWord(key, siblings);
}

}  // namespace pleat
