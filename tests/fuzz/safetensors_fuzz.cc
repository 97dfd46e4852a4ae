// Safetensors files.
#include "common/store/safetensors.h"
#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

void DecodeTensors(std::string_view input) {
  const absl::StatusOr<std::vector<SafeTensor>> tensors = DecodeSafetensors(input);
  if (!tensors.ok()) return Require(!tensors.status().message().empty(), "a refusal says why");
  for (const SafeTensor& tensor : *tensors) {
    Require(tensor.data.empty() ||
                (tensor.data.data() >= input.data() &&
                 tensor.data.data() + tensor.data.size() <= input.data() + input.size()),
            "tensors lie in the file");
  }
  const std::string written = EncodeSafetensors(*tensors);
  const absl::StatusOr<std::vector<SafeTensor>> again = DecodeSafetensors(written);
  Require(again.ok() && again->size() == tensors->size(), "what is read can be written");
}

const RegisteredTarget kSafetensorsTarget({.name = "safetensors", .run = DecodeTensors});

}  // namespace
}  // namespace pleat
