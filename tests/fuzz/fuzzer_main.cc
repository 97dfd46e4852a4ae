// The one target of this program under libFuzzer.
#include <google/protobuf/text_format.h>

#include <cstdint>
#include <cstring>
#include <memory>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutate_message.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace pleat {
namespace {

// Some of the damage is done to the bytes, so that the text form itself is damaged too.
constexpr unsigned kBytesOneIn = 16;

std::string MutateText(const FuzzTarget& target, std::string_view input, unsigned seed) {
  const std::unique_ptr<google::protobuf::Message> message(target.form->New());
  if (!ParseForm(input, message.get())) message->Clear();
  MutateMessage(seed, message.get());
  std::string text;
  google::protobuf::TextFormat::PrintToString(*message, &text);
  return text;
}

}  // namespace
}  // namespace pleat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pleat::FuzzTargets().front().run({reinterpret_cast<const char*>(data), size});
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  const pleat::FuzzTarget& target = pleat::FuzzTargets().front();
  if (target.form == nullptr || seed % pleat::kBytesOneIn == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  const std::string text =
      pleat::MutateText(target, {reinterpret_cast<const char*>(data), size}, seed);
  if (text.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}
