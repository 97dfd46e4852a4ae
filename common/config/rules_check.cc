#include "common/config/rules_check.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_access.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

class RulesCheck {
 public:
  explicit RulesCheck(std::vector<Problem>* problems) : problems_(problems) {}

  void CheckMessage(const Message& message, const std::string& path) {
    const auto& descriptor = *message.GetDescriptor();
    const auto& reflection = *message.GetReflection();
    if (!reflection.GetUnknownFields(message).empty()) {
      Add(path, "has fields that this version of Pleat does not know; use equal versions");
    }
    for (int i = 0; i < descriptor.real_oneof_decl_count(); ++i) {
      CheckOneof(message, *descriptor.oneof_decl(i), path);
    }
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      if (field.name() == "key") continue;  // checked with the list that it is the key of
      const std::string field_path =
          RulesOf(field).inline_() ? path : FieldPath(path, field.name());
      CheckField(message, field, field_path);
    }
  }

  void CheckField(const Message& message, const FieldDescriptor& field, const std::string& path) {
    const auto& reflection = *message.GetReflection();
    if (field.is_repeated()) {
      CheckRepeated(message, field, path);
    } else if (!reflection.HasField(message, &field)) {
      CheckAbsent(field, path);
    } else if (IsMessage(field)) {
      CheckMessage(reflection.GetMessage(message, &field), path);
    } else {
      CheckValue(message, field, -1, path);
    }
  }

 private:
  void CheckOneof(const Message& message, const OneofDescriptor& oneof, const std::string& path) {
    if (message.GetReflection()->HasOneof(message, &oneof)) return;
    const std::string arms = absl::StrJoin(ArmNames(oneof), ", ");
    if (RulesOf(oneof).required()) {
      Add(path, absl::StrCat("missing: give ", oneof.field_count() > 1 ? "one of " : "", arms));
    } else if (!RulesOf(oneof).default_().empty()) {
      Add(path, absl::StrCat("not resolved: one of ", arms, " must be filled in"));
    }
  }

  void CheckAbsent(const FieldDescriptor& field, const std::string& path) {
    const v1::FieldRules& rules = RulesOf(field);
    if (rules.required()) {
      Add(path, absl::StrCat("missing, but required: ", rules.help()));
    } else if (rules.has_default_()) {
      Add(path, "not resolved: its default must be filled in");
    }
  }

  void CheckRepeated(const Message& message, const FieldDescriptor& field,
                     const std::string& path) {
    const v1::FieldRules& rules = RulesOf(field);
    const int size = message.GetReflection()->FieldSize(message, &field);
    if (size == 0 && rules.required()) Add(path, "needs at least one element");
    if (size == 0 && rules.has_default_()) Add(path, "not resolved: its default must be filled in");
    if (rules.max_items() > 0 && static_cast<uint32_t>(size) > rules.max_items()) {
      Add(path,
          absl::StrCat("has ", size, " elements; at most ", rules.max_items(), " may be given"));
      return;
    }
    std::set<std::string> keys;
    for (int i = 0; i < size; ++i) {
      if (!IsMessage(field)) {
        CheckValue(message, field, i, ElementPath(path, absl::StrCat(i)));
        continue;
      }
      const Message& element = message.GetReflection()->GetRepeatedMessage(message, &field, i);
      std::string name = absl::StrCat(i);
      if (rules.keyed()) {
        const FieldDescriptor& key = KeyField(*element.GetDescriptor());
        name = std::get<std::string>(GetScalar(element, key));
        const absl::Status status = CheckScalar(key, name);
        if (!status.ok()) AddAtKey(ElementPath(path, name), std::string(status.message()));
        if (!keys.insert(name).second)
          AddAtKey(ElementPath(path, name), "is there twice; keep one");
      }
      CheckMessage(element, ElementPath(path, name));
    }
  }

  void CheckValue(const Message& message, const FieldDescriptor& field, int index,
                  const std::string& path) {
    const absl::Status status = CheckScalar(field, GetScalar(message, field, index));
    if (!status.ok()) Add(path, std::string(status.message()));
  }

  void Add(const std::string& path, std::string message) {
    problems_->push_back({path, std::move(message)});
  }

  void AddAtKey(const std::string& path, std::string message) {
    problems_->push_back({path, std::move(message), /*at_key=*/true});
  }

  std::vector<Problem>* const problems_;
};

}  // namespace

void CheckRules(const Message& message, std::vector<Problem>* problems) {
  RulesCheck(problems).CheckMessage(message, "");
}

void CheckFieldRules(const Message& message, const FieldDescriptor& field, int index,
                     const std::string& path, std::vector<Problem>* problems) {
  RulesCheck check(problems);
  if (index < 0) return check.CheckField(message, field, path);
  check.CheckMessage(message.GetReflection()->GetRepeatedMessage(message, &field, index), path);
}

}  // namespace pleat
