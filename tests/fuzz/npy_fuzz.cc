// NumPy's .npy files, of each type that is read.
#include "common/store/npy.h"
#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

template <typename T>
void Decode(std::string_view input) {
  const absl::StatusOr<NpyArray<T>> array = DecodeNpy<T>(input);
  if (!array.ok()) return Require(!array.status().message().empty(), "a refusal says why");
  uint64_t size = 1;
  for (const uint64_t length : array->shape) size *= length;
  Require(size == array->data.size(), "each element is there");
  const auto again = DecodeNpy<T>(EncodeNpy<T>(array->shape, array->data));
  Require(again.ok() && again->shape == array->shape, "what is read can be written");
}

void DecodeAny(std::string_view input) {
  Decode<float>(input);
  Decode<double>(input);
  Decode<int32_t>(input);
  Decode<int64_t>(input);
  Decode<uint8_t>(input);
}

const RegisteredTarget kNpyTarget({.name = "npy", .run = DecodeAny});

}  // namespace
}  // namespace pleat
