#include "common/config/scalar_access.h"

#include <cstdint>
#include <variant>

namespace pleat {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

ScalarValue GetScalar(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const FieldDescriptor* f = &field;
  const bool element = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return element ? reflection.GetRepeatedBool(message, f, index)
                     : reflection.GetBool(message, f);
    case FieldDescriptor::CPPTYPE_INT32:
      return int64_t{element ? reflection.GetRepeatedInt32(message, f, index)
                             : reflection.GetInt32(message, f)};
    case FieldDescriptor::CPPTYPE_INT64:
      return element ? reflection.GetRepeatedInt64(message, f, index)
                     : reflection.GetInt64(message, f);
    case FieldDescriptor::CPPTYPE_UINT32:
      return uint64_t{element ? reflection.GetRepeatedUInt32(message, f, index)
                              : reflection.GetUInt32(message, f)};
    case FieldDescriptor::CPPTYPE_UINT64:
      return element ? reflection.GetRepeatedUInt64(message, f, index)
                     : reflection.GetUInt64(message, f);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return element ? reflection.GetRepeatedDouble(message, f, index)
                     : reflection.GetDouble(message, f);
    default:
      return element ? reflection.GetRepeatedString(message, f, index)
                     : reflection.GetString(message, f);
  }
}

void SetScalar(Message* message, const FieldDescriptor& field, const ScalarValue& value,
               int index) {
  const auto& reflection = *message->GetReflection();
  const FieldDescriptor* f = &field;
  const auto put = [&](auto singular, auto repeated, auto typed) {
    if (index >= 0) {
      (reflection.*repeated)(message, f, index, typed);
    } else {
      (reflection.*singular)(message, f, typed);
    }
  };
  using R = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return put(&R::SetBool, &R::SetRepeatedBool, std::get<bool>(value));
    case FieldDescriptor::CPPTYPE_INT32:
      return put(&R::SetInt32, &R::SetRepeatedInt32,
                 static_cast<int32_t>(std::get<int64_t>(value)));
    case FieldDescriptor::CPPTYPE_INT64:
      return put(&R::SetInt64, &R::SetRepeatedInt64, std::get<int64_t>(value));
    case FieldDescriptor::CPPTYPE_UINT32:
      return put(&R::SetUInt32, &R::SetRepeatedUInt32,
                 static_cast<uint32_t>(std::get<uint64_t>(value)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return put(&R::SetUInt64, &R::SetRepeatedUInt64, std::get<uint64_t>(value));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return put(&R::SetDouble, &R::SetRepeatedDouble, std::get<double>(value));
    default:
      return put(&R::SetString, &R::SetRepeatedString, std::get<std::string>(value));
  }
}

void AddScalar(Message* message, const FieldDescriptor& field, const ScalarValue& value) {
  const auto& reflection = *message->GetReflection();
  const FieldDescriptor* f = &field;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.AddBool(message, f, std::get<bool>(value));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.AddInt32(message, f, static_cast<int32_t>(std::get<int64_t>(value)));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.AddInt64(message, f, std::get<int64_t>(value));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.AddUInt32(message, f, static_cast<uint32_t>(std::get<uint64_t>(value)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.AddUInt64(message, f, std::get<uint64_t>(value));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.AddDouble(message, f, std::get<double>(value));
    default:
      return reflection.AddString(message, f, std::get<std::string>(value));
  }
}

}  // namespace pleat
