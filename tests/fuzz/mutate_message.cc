#include "tests/fuzz/mutate_message.h"

#include <google/protobuf/descriptor.h>

#include <array>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What a message holds, with all below it.
struct Contents {
  std::vector<Message*> messages;
  std::vector<std::string> texts;
  std::vector<uint64_t> numbers;
};

void Collect(Message* message, Contents& contents) {
  contents.messages.push_back(message);
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool repeats = field->is_repeated();
    const int count = repeats ? reflection.FieldSize(*message, field) : 1;
    for (int i = 0; i < count; ++i) {
      switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_MESSAGE:
          Collect(repeats ? reflection.MutableRepeatedMessage(message, field, i)
                          : reflection.MutableMessage(message, field),
                  contents);
          break;
        case FieldDescriptor::CPPTYPE_STRING:
          contents.texts.push_back(repeats ? reflection.GetRepeatedString(*message, field, i)
                                           : reflection.GetString(*message, field));
          break;
        case FieldDescriptor::CPPTYPE_UINT64:
          if (!repeats) contents.numbers.push_back(reflection.GetUInt64(*message, field));
          break;
        case FieldDescriptor::CPPTYPE_UINT32:
          if (!repeats) contents.numbers.push_back(reflection.GetUInt32(*message, field));
          break;
        default:
          break;
      }
    }
  }
}

class Mutation {
 public:
  Mutation(unsigned seed, Message* root) : random_(seed), root_(root) {}

  void Apply() {
    contents_ = {};
    Collect(root_, contents_);
    Message* message = Pick(contents_.messages);
    const google::protobuf::Descriptor& type = *message->GetDescriptor();
    if (type.field_count() == 0) return;
    std::vector<const FieldDescriptor*> fields;
    message->GetReflection()->ListFields(*message, &fields);
    // What is there already is looked at more often than what could be.
    const FieldDescriptor* field =
        fields.empty() || Below(3) == 0 ? type.field(Below(type.field_count())) : Pick(fields);
    if (field->is_repeated()) {
      ChangeList(message, field);
    } else {
      ChangeField(message, field);
    }
  }

 private:
  int Below(size_t end) { return static_cast<int>(random_() % end); }
  template <typename T>
  const T& Pick(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

  uint64_t Number() {
    static constexpr std::array<uint64_t, 12> kEdges = {0,
                                                        1,
                                                        2,
                                                        7,
                                                        255,
                                                        65536,
                                                        0x7fffffff,
                                                        0x80000000,
                                                        0xffffffff,
                                                        uint64_t{1} << 53,
                                                        ~uint64_t{0} >> 1,
                                                        ~uint64_t{0}};
    const int choice = Below(4);
    if (choice == 0) return kEdges[Below(kEdges.size())];
    const uint64_t known = contents_.numbers.empty() ? 0 : Pick(contents_.numbers);
    return choice == 1 ? known : known + Below(5) - 2;
  }

  double Real() {
    using Limits = std::numeric_limits<double>;
    static constexpr std::array<double, 12> kEdges = {0,
                                                      -0.0,
                                                      1,
                                                      -1,
                                                      0.5,
                                                      1e-15,
                                                      1e300,
                                                      -1e300,
                                                      Limits::infinity(),
                                                      -Limits::infinity(),
                                                      Limits::quiet_NaN(),
                                                      Limits::denorm_min()};
    return Below(2) == 0 ? kEdges[Below(kEdges.size())] : 1e-3 * Below(4000) - 1;
  }

  std::string Text() {
    static const std::vector<std::string> kEdges = {"",
                                                    "../x",
                                                    "/",
                                                    "a/b",
                                                    "prepare",
                                                    "train/0000/0",
                                                    "predict/0000/1",
                                                    "train/4294967295/4294967295",
                                                    "x/1",
                                                    "none",
                                                    "train",
                                                    std::string(300, 'a'),
                                                    "\xc3\xa9",
                                                    std::string("a\0b", 3)};
    const int choice = Below(3);
    if (choice == 0 || contents_.texts.empty()) return kEdges[Below(kEdges.size())];
    std::string text = Pick(contents_.texts);
    if (choice == 1 || text.empty()) return text;
    const size_t at = Below(text.size());
    switch (Below(3)) {
      case 0:
        text[at] = static_cast<char>(32 + Below(95));
        break;
      case 1:
        text.erase(at, 1 + Below(4));
        break;
      default:
        text.insert(at, 1, static_cast<char>(32 + Below(95)));
    }
    return text;
  }

  // Sets the field to a message of its type that stands elsewhere, if there is one and luck wills;
  // else it is there as it was, or empty. Setting one arm of a oneof ends the other, which may be
  // what `contents_` knows.
  void ChangeMessage(Message* message, const FieldDescriptor* field) {
    std::vector<const Message*> alike;
    for (const Message* other : contents_.messages) {
      if (other->GetDescriptor() == field->message_type()) alike.push_back(other);
    }
    std::unique_ptr<Message> copy;
    if (!alike.empty() && Below(3) > 0) {
      const Message& other = *Pick(alike);
      copy.reset(other.New());
      copy->CopyFrom(other);
    }
    Message* target = message->GetReflection()->MutableMessage(message, field);
    if (copy != nullptr) target->CopyFrom(*copy);
  }

  void ChangeField(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    if (Below(5) == 0) return reflection.ClearField(message, field);
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ChangeMessage(message, field);
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(message, field, Text());
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.SetUInt64(message, field, Number());
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.SetUInt32(message, field, static_cast<uint32_t>(Number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(message, field, static_cast<int64_t>(Number()));
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(message, field, static_cast<int32_t>(Number()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.SetDouble(message, field, Real());
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection.SetFloat(message, field, static_cast<float>(Real()));
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(message, field, Below(2) == 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(message, field, Below(9));
    }
  }

  void ChangeList(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    const int size = reflection.FieldSize(*message, field);
    const int choice = Below(5);
    if (size > 0 && choice == 0) {
      reflection.SwapElements(message, field, Below(size), size - 1);
      return reflection.RemoveLast(message, field);
    }
    if (size > 1 && choice == 1) {
      return reflection.SwapElements(message, field, Below(size), Below(size));
    }
    // Longer lists only make things slow.
    if (size > 64) return;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        const std::unique_ptr<Message> copy(
            size > 0 ? reflection.GetRepeatedMessage(*message, field, Below(size)).New() : nullptr);
        if (copy != nullptr) {
          copy->CopyFrom(reflection.GetRepeatedMessage(*message, field, Below(size)));
        }
        Message* added = reflection.AddMessage(message, field);
        if (copy != nullptr) added->CopyFrom(*copy);
        return;
      }
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.AddString(message, field, Text());
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.AddUInt32(message, field, static_cast<uint32_t>(Number()));
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.AddUInt64(message, field, Number());
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.AddDouble(message, field, Real());
      default:
        return;
    }
  }

  std::minstd_rand random_;
  Message* const root_;
  Contents contents_;
};

}  // namespace

void MutateMessage(unsigned seed, Message* message) {
  Mutation mutation(seed, message);
  for (unsigned changes = 1 + seed % 4; changes > 0; --changes) mutation.Apply();
}

}  // namespace pleat
