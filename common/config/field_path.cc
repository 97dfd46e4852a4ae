#include "common/config/field_path.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_access.h"
#include "common/config/schema_paths.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

template <typename... Pieces>
absl::Status Invalid(const Pieces&... pieces) {
  return absl::InvalidArgumentError(absl::StrCat(pieces...));
}

bool IsFieldLetter(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_'; }

// The bracket that closes the one at `open`: a key may be a path with brackets of its own.
size_t MatchingBracket(const std::string& path, size_t open) {
  int open_brackets = 0;
  for (size_t i = open; i < path.size(); ++i) {
    if (path[i] == '[') ++open_brackets;
    if (path[i] == ']' && --open_brackets == 0) return i;
  }
  return std::string::npos;
}

// Follows one path step by step.
class PathWalk {
 public:
  PathWalk(Message* root, AbsentFields absent) : root_(root), at_(root), absent_(absent) {}

  absl::StatusOr<FieldTarget> Follow(const std::vector<PathStep>& steps) {
    for (size_t i = 0; i + 1 < steps.size(); ++i) {
      PLEAT_RETURN_IF_ERROR(Find(steps[i]));
      PLEAT_RETURN_IF_ERROR(Enter());
    }
    PLEAT_RETURN_IF_ERROR(Find(steps.back()));
    if (absent_ == AbsentFields::kRefuse) PLEAT_RETURN_IF_ERROR(CheckChosen());
    EnterInlineValue();
    return target_;
  }

 private:
  // Sets the target to the step's field, or element, of the message reached so far.
  absl::Status Find(const PathStep& step) {
    const FieldDescriptor* inlined = InlineField(*at_->GetDescriptor());
    if (inlined && IsMessage(*inlined)) at_ = at_->GetReflection()->MutableMessage(at_, inlined);
    const FieldDescriptor* field = at_->GetDescriptor()->FindFieldByName(step.field);
    if (field == nullptr || step.field == "key") {
      return Invalid("there is no \"", step.field, "\" in ", walked_.empty() ? "a sweep" : walked_,
                     SuggestKey(*root_->GetDescriptor(), *at_->GetDescriptor(), step.field));
    }
    walked_ = FieldPath(walked_, step.field);
    target_ = {at_, field, -1, target_.sweepable || RulesOf(*field).sweepable()};
    return step.element.has_value() ? FindElement(*step.element) : absl::OkStatus();
  }

  absl::Status FindElement(const std::string& element) {
    if (const FieldDescriptor* list = InlineList(*target_.field)) {
      PLEAT_RETURN_IF_ERROR(EnterMessage(*target_.field));
      target_.parent = at_;
      target_.field = list;
    }
    if (!target_.field->is_repeated()) return Invalid(walked_, " is not a list");
    PLEAT_RETURN_IF_ERROR(RulesOf(*target_.field).keyed() ? FindKeyed(element)
                                                          : FindNumbered(element));
    walked_ = ElementPath(walked_, element);
    return absl::OkStatus();
  }

  absl::Status FindNumbered(const std::string& element) {
    const int size = reflection().FieldSize(*at_, target_.field);
    const bool digits = std::all_of(element.begin(), element.end(), absl::ascii_isdigit) &&
                        (element.size() == 1 || element[0] != '0');
    int index = 0;
    if (!digits || !absl::SimpleAtoi(element, &index)) {
      return Invalid("[", element, "] is not the number of an element; count from 0");
    }
    if (index >= size) {
      return Invalid("there is no ", ElementPath(walked_, element), "; the list has ", size,
                     size == 1 ? " element" : " elements", ", counted from 0");
    }
    target_.index = index;
    return absl::OkStatus();
  }

  absl::Status FindKeyed(const std::string& key) {
    const FieldDescriptor& key_field = KeyField(*target_.field->message_type());
    const int size = reflection().FieldSize(*at_, target_.field);
    for (int i = 0; i < size && target_.index < 0; ++i) {
      const Message& element = reflection().GetRepeatedMessage(*at_, target_.field, i);
      if (GetScalar(element, key_field) == ScalarValue(key)) target_.index = i;
    }
    if (target_.index >= 0) return absl::OkStatus();
    if (absent_ == AbsentFields::kRefuse) return Invalid("there is no ", ElementPath(walked_, key));
    SetScalar(reflection().AddMessage(at_, target_.field), key_field, key);
    target_.index = size;
    return absl::OkStatus();
  }

  // Goes on inside the target.
  absl::Status Enter() {
    const FieldDescriptor& field = *target_.field;
    if (!IsMessage(field)) return Invalid(walked_, " is a value; nothing lies below it");
    if (InlineList(field) != nullptr && target_.index < 0) return NameAnElement("list", "[0]");
    if (field.is_repeated()) {
      if (target_.index < 0) {
        return RulesOf(field).keyed() ? NameAnElement("mapping", "[key]")
                                      : NameAnElement("list", "[0]");
      }
      at_ = reflection().MutableRepeatedMessage(at_, &field, target_.index);
      return absl::OkStatus();
    }
    return EnterMessage(field);
  }

  // Goes on inside a field that is one message.
  absl::Status EnterMessage(const FieldDescriptor& field) {
    if (absent_ == AbsentFields::kRefuse && !reflection().HasField(*at_, &field)) {
      return AbsentError(field);
    }
    at_ = reflection().MutableMessage(at_, &field);
    return absl::OkStatus();
  }

  // The target is no arm of a oneof that has another.
  absl::Status CheckChosen() const {
    const FieldDescriptor& field = *target_.field;
    if (field.real_containing_oneof() == nullptr) return absl::OkStatus();
    return reflection().HasField(*at_, &field) ? absl::OkStatus() : AbsentError(field);
  }

  // An element that is written as one value is that value.
  void EnterInlineValue() {
    if (!IsMessage(*target_.field) || target_.index < 0) return;
    const FieldDescriptor* inlined = InlineField(*target_.field->message_type());
    if (inlined == nullptr || inlined->is_repeated() || IsMessage(*inlined)) return;
    target_.parent =
        reflection().MutableRepeatedMessage(target_.parent, target_.field, target_.index);
    target_.field = inlined;
    target_.index = -1;
  }

  // The list as which a message is written; null if the field is no such message.
  static const FieldDescriptor* InlineList(const FieldDescriptor& field) {
    if (!IsMessage(field) || field.is_repeated()) return nullptr;
    const FieldDescriptor* inlined = InlineField(*field.message_type());
    return inlined != nullptr && inlined->is_repeated() ? inlined : nullptr;
  }

  absl::Status NameAnElement(const char* kind, const char* example) const {
    return Invalid(walked_, " is a ", kind, "; write ", walked_, example, " for one element");
  }

  absl::Status AbsentError(const FieldDescriptor& field) const {
    const auto* oneof = field.real_containing_oneof();
    const FieldDescriptor* chosen =
        oneof ? reflection().GetOneofFieldDescriptor(*at_, oneof) : nullptr;
    if (chosen == nullptr) return Invalid(walked_, " is not given in this sweep");
    return Invalid(walked_, " is not in use: this sweep chose \"", chosen->name(), "\" instead");
  }

  const Reflection& reflection() const { return *at_->GetReflection(); }

  const Message* const root_;
  Message* at_;
  const AbsentFields absent_;
  std::string walked_;
  FieldTarget target_;
};

}  // namespace

absl::StatusOr<std::vector<PathStep>> ParseFieldPath(const std::string& path) {
  std::vector<PathStep> steps;
  size_t at = 0;
  while (true) {
    const size_t start = at;
    while (at < path.size() && IsFieldLetter(path[at])) ++at;
    if (at == start) break;
    PathStep step{.field = std::string(path.substr(start, at - start)), .element = {}};
    if (at < path.size() && path[at] == '[') {
      const size_t end = MatchingBracket(path, at);
      if (end == std::string::npos || end == at + 1) break;
      step.element = std::string(path.substr(at + 1, end - at - 1));
      at = end + 1;
    }
    steps.push_back(std::move(step));
    if (at == path.size()) return steps;
    if (path[at] != '.') break;
    ++at;
  }
  return Invalid(QuoteForMessage(path), " is not a path; write it as training.epochs or ",
                 "training.augmentation[0].shift_scale_rotate.p");
}

absl::StatusOr<FieldTarget> ResolveFieldPath(Message* root, const std::string& path,
                                             AbsentFields absent) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<PathStep> steps, ParseFieldPath(path));
  return PathWalk(root, absent).Follow(steps);
}

}  // namespace pleat
