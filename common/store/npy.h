// NumPy's .npy files, version 1.0, C order, little endian: written so that numpy.load opens them,
// read within bounds. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// An array of T in C order.
template <typename T>
struct NpyArray {
  std::vector<uint64_t> shape;
  std::vector<T> data;
};

// Bytes of an .npy file. T: float, double, int32_t, int64_t, uint8_t.
template <typename T>
std::string EncodeNpy(std::span<const uint64_t> shape, std::span<const T> data);

// Reads the bytes of an .npy file of exactly this type. INVALID_ARGUMENT, with what is wrong, if it
// is not one, is truncated, has bytes left over, or another type.
template <typename T>
absl::StatusOr<NpyArray<T>> DecodeNpy(std::string_view bytes);

}  // namespace pleat
