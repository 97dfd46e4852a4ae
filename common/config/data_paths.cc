#include "common/config/data_paths.h"

#include <filesystem>
#include <functional>

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

using PathEdit = std::function<void(Message*, const FieldDescriptor&)>;

// Calls `edit` for every path that is set, in the message and below it.
void EditPaths(Message* message, const PathEdit& edit) {
  const auto& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (RulesOf(*field).path()) {
      edit(message, *field);
    } else if (IsMessage(*field) && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        EditPaths(reflection.MutableRepeatedMessage(message, field, i), edit);
      }
    } else if (IsMessage(*field)) {
      EditPaths(reflection.MutableMessage(message, field), edit);
    }
  }
}

}  // namespace

void MakePathsAbsolute(const std::string& folder, v1::SweepSpec* spec) {
  v1::DataSpec* data = spec->mutable_data();
  const std::string root = Absolute(folder, data->root());
  bool has_paths = false;
  EditPaths(spec, [&](Message* message, const FieldDescriptor& field) {
    const std::string path = std::get<std::string>(GetScalar(*message, field));
    if (message == data || path.empty()) return;  // its own is the root
    SetScalar(message, field, Absolute(root, path));
    has_paths = true;
  });
  if (has_paths) data->set_root(root);
}

void MoveDataRoot(const std::string& new_root, v1::DataSpec* data,
                  v1::PredefinedSplitSpec* predefined) {
  const std::string root = data->root();
  const PathEdit move = [&](Message* message, const FieldDescriptor& field) {
    const std::string path = std::get<std::string>(GetScalar(*message, field));
    if (path == root || path.starts_with(root + "/")) {
      SetScalar(message, field, new_root + path.substr(root.size()));
    }
  };
  EditPaths(data, move);
  EditPaths(predefined, move);
  data->set_root(new_root);
}

void ClearPaths(v1::SweepSpec* spec) {
  EditPaths(spec, [](Message* message, const FieldDescriptor& field) {
    message->GetReflection()->ClearField(message, &field);
  });
}

}  // namespace pleat
