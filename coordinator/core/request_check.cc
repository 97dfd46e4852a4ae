#include "coordinator/core/request_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "proto/artifact.pb.h"
#include "proto/coordinator.pb.h"
#include "proto/study.pb.h"

namespace pleat {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A sweep is sent as its spec, or as its YAML.
bool HoldsSweep(const Descriptor* type) {
  return type == v1::SubmitRequest::descriptor() || type == v1::ResolveRequest::descriptor();
}

size_t MostBytes(const Message& request) {
  return HoldsSweep(request.GetDescriptor()) ? kMostSubmitBytes : kMostRequestBytes;
}

size_t MostBytes(const FieldDescriptor& field) {
  const Descriptor* type = field.containing_type();
  if (HoldsSweep(type) && field.name() == "source") return kMostSourceBytes;
  // What somebody says of a failure or a wait.
  for (const char* name : {"message", "failure", "waits_for"}) {
    if (field.name() == name) return kMostReasonBytes;
  }
  const bool is_of_spec = field.file() == v1::SweepSpec::descriptor()->file();
  if (is_of_spec || type == v1::ParameterValue::descriptor()) return kMostValueBytes;
  return kMostTextBytes;
}

// A study's values may be no numbers: what that means is said in proto/study.proto.
bool TakesAnyReal(const FieldDescriptor& field) {
  return field.file() == v1::ReportRequest::descriptor()->file();
}

class Walk {
 public:
  absl::Status Message(const google::protobuf::Message& message) {
    if (++parts_ > kMostParts) {
      return absl::InvalidArgumentError(
          absl::StrCat("the request has more than ", kMostParts, " parts"));
    }
    const Reflection& reflection = *message.GetReflection();
    const auto& unknown = reflection.GetUnknownFields(message);
    if (!unknown.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          message.GetDescriptor()->name(), " has a field of number ", unknown.field(0).number(),
          ", which this coordinator does not know; use a client of the same version"));
    }
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      PLEAT_RETURN_IF_ERROR(Field(message, reflection, *field));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Field(const google::protobuf::Message& message, const Reflection& reflection,
                     const FieldDescriptor& field) {
    const bool repeats = field.is_repeated();
    const int count = repeats ? reflection.FieldSize(message, &field) : 1;
    for (int i = 0; i < count; ++i) {
      switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_MESSAGE:
          PLEAT_RETURN_IF_ERROR(Message(repeats ? reflection.GetRepeatedMessage(message, &field, i)
                                                : reflection.GetMessage(message, &field)));
          break;
        case FieldDescriptor::CPPTYPE_STRING: {
          std::string scratch;
          PLEAT_RETURN_IF_ERROR(Text(
              field, repeats ? reflection.GetRepeatedStringReference(message, &field, i, &scratch)
                             : reflection.GetStringReference(message, &field, &scratch)));
          break;
        }
        case FieldDescriptor::CPPTYPE_DOUBLE:
          PLEAT_RETURN_IF_ERROR(Real(field, repeats
                                                ? reflection.GetRepeatedDouble(message, &field, i)
                                                : reflection.GetDouble(message, &field)));
          break;
        case FieldDescriptor::CPPTYPE_ENUM:
          PLEAT_RETURN_IF_ERROR(
              Enum(field, repeats ? reflection.GetRepeatedEnumValue(message, &field, i)
                                  : reflection.GetEnumValue(message, &field)));
          break;
        default:
          break;
      }
    }
    return absl::OkStatus();
  }

  static std::string NameOf(const FieldDescriptor& field) {
    return absl::StrCat(field.containing_type()->name(), ".", field.name());
  }

  static absl::Status Text(const FieldDescriptor& field, const std::string& text) {
    // Spares most texts the look at what their field is.
    static_assert(kMostTextBytes <= kMostReasonBytes && kMostTextBytes <= kMostValueBytes &&
                  kMostTextBytes <= kMostSourceBytes && kMostTextBytes <= kMostSubmitBytes);
    if (text.size() <= kMostTextBytes || text.size() <= MostBytes(field)) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(NameOf(field), " has ", text.size(),
                                                   " bytes; at most ", MostBytes(field),
                                                   " are accepted"));
  }

  static absl::Status Real(const FieldDescriptor& field, double value) {
    if (std::isfinite(value) || TakesAnyReal(field)) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(NameOf(field), " is ", value, "; it must be a finite number"));
  }

  static absl::Status Enum(const FieldDescriptor& field, int value) {
    if (field.enum_type()->FindValueByNumber(value) != nullptr) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        NameOf(field), " is ", value,
        ", which has no meaning to this coordinator; use a client of the same version"));
  }

  size_t parts_ = 0;
};

}  // namespace

absl::Status CheckRequest(const google::protobuf::Message& request) {
  const size_t bytes = request.ByteSizeLong();
  if (bytes > MostBytes(request)) {
    return absl::InvalidArgumentError(absl::StrCat(request.GetDescriptor()->name(), " takes ",
                                                   bytes, " bytes; at most ", MostBytes(request),
                                                   " are accepted"));
  }
  return Walk().Message(request);
}

}  // namespace pleat
