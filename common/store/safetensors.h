// Safetensors files: 8 bytes header size (little endian), JSON header, raw tensors. Readable by
// every safetensors library. https://huggingface.co/docs/safetensors
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// One tensor inside a file; `data` views the file's bytes.
struct SafeTensor {
  std::string name;
  std::string dtype;  // "F32", "F64", "I64", "U8"
  std::vector<uint64_t> shape;
  std::string_view data;
};

// Bytes of a file with these tensors in this order; metadata are string pairs. Data start at a
// multiple of 8.
std::string EncodeSafetensors(const std::vector<SafeTensor>& tensors,
                              const std::map<std::string, std::string>& metadata = {});

// The tensors of a file, in order of their offsets; they view `bytes`, which must outlive them.
// INVALID_ARGUMENT for anything that is not exactly a safetensors file: overlapping or missing
// ranges, sizes that do not fit.
absl::StatusOr<std::vector<SafeTensor>> DecodeSafetensors(std::string_view bytes);

}  // namespace pleat
