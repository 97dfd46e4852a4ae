// The header of an .npy file: magic, version, and a Python dict literal.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

struct NpyHeader {
  std::string descr;  // "<f4"
  std::vector<uint64_t> shape;
  size_t size = 0;  // bytes before the data
};

// The bytes that numpy.save writes before the data of such an array in C order.
std::string EncodeNpyHeader(std::string_view descr, std::span<const uint64_t> shape);

// Reads the header at the start of a file. INVALID_ARGUMENT: not version 1.0, not C order, or not
// the three keys that numpy writes.
absl::StatusOr<NpyHeader> DecodeNpyHeader(std::string_view file);

}  // namespace pleat
