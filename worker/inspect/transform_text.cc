#include "worker/inspect/transform_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/scalar_text.h"
#include "common/config/transform_probability.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The field that is set in the transform's oneof.
const FieldDescriptor* KindOf(const v1::TransformSpec& transform) {
  return v1::TransformSpec::GetReflection()->GetOneofFieldDescriptor(
      transform, v1::TransformSpec::descriptor()->FindOneofByName("kind"));
}

std::string ValueText(const Message& message, const FieldDescriptor& field) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return ScalarText(reflection.GetBool(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ScalarText(reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, &field);
    default:
      return "";
  }
}

}  // namespace

std::string TransformName(const v1::TransformSpec& transform) {
  const FieldDescriptor* kind = KindOf(transform);
  return kind == nullptr ? "" : kind->name();
}

std::string TransformOptions(const v1::TransformSpec& transform) {
  const FieldDescriptor* kind = KindOf(transform);
  if (kind == nullptr) return "";
  std::vector<std::string> options;
  if (transform.has_one_of()) {
    for (const v1::TransformSpec& choice : transform.one_of().transforms()) {
      options.push_back(TransformName(choice));
    }
    return absl::StrCat(absl::StrJoin(options, " or "), ", p ",
                        ScalarText(ProbabilityOf(transform)));
  }
  const Message& message = transform.GetReflection()->GetMessage(transform, kind);
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (field.is_repeated() || field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!message.GetReflection()->HasField(message, &field)) continue;
    options.push_back(absl::StrCat(field.name(), " ", ValueText(message, field)));
  }
  return absl::StrJoin(options, ", ");
}

}  // namespace pleat
