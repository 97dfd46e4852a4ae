#include "common/config/absolute_paths.h"

#include <filesystem>

#include "common/config/field_rules.h"
#include "common/config/scalar_access.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Absolute(const std::string& folder, const std::string& path) {
  std::string text = (std::filesystem::path(folder) / path).lexically_normal().string();
  // "/data/." is normalised to "/data/".
  if (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

void MakeFieldsAbsolute(const std::string& folder, Message* message) {
  const auto& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (RulesOf(*field).path()) {
      const std::string path = std::get<std::string>(GetScalar(*message, *field));
      if (!path.empty()) SetScalar(message, *field, Absolute(folder, path));
    } else if (IsMessage(*field) && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        MakeFieldsAbsolute(folder, reflection.MutableRepeatedMessage(message, field, i));
      }
    } else if (IsMessage(*field)) {
      MakeFieldsAbsolute(folder, reflection.MutableMessage(message, field));
    }
  }
}

}  // namespace

void MakePathsAbsolute(const std::string& folder, v1::DataSpec* data) {
  const std::string root = Absolute(folder, data->root());
  MakeFieldsAbsolute(root, data);
  data->set_root(root);
}

}  // namespace pleat
