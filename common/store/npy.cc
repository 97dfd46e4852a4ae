#include "common/store/npy.h"

#include <bit>
#include <cctype>
#include <cstring>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/npy_header.h"

namespace pleat {
namespace {

static_assert(std::endian::native == std::endian::little, "Pleat's files are little endian");

template <typename T>
constexpr const char* kDescr = nullptr;
template <>
constexpr const char* kDescr<float> = "<f4";
template <>
constexpr const char* kDescr<double> = "<f8";
template <>
constexpr const char* kDescr<int32_t> = "<i4";
template <>
constexpr const char* kDescr<int64_t> = "<i8";
template <>
constexpr const char* kDescr<uint8_t> = "|u1";

// Bytes of an array of this shape; nothing on overflow.
std::optional<uint64_t> ByteSize(std::span<const uint64_t> shape, uint64_t item_size) {
  uint64_t size = item_size;
  for (uint64_t length : shape) {
    if (__builtin_mul_overflow(size, length, &size)) return std::nullopt;
  }
  return size;
}

}  // namespace

template <typename T>
std::string EncodeNpy(std::span<const uint64_t> shape, std::span<const T> data) {
  std::string bytes = EncodeNpyHeader(kDescr<T>, shape);
  bytes.append(reinterpret_cast<const char*>(data.data()), data.size_bytes());
  return bytes;
}

template <typename T>
absl::StatusOr<NpyArray<T>> DecodeNpy(std::string_view bytes) {
  PLEAT_ASSIGN_OR_RETURN(NpyHeader header, DecodeNpyHeader(bytes));
  if (header.descr != kDescr<T>) {
    return absl::InvalidArgumentError(absl::StrCat("this .npy file holds type ", header.descr,
                                                   " where ", kDescr<T>, " is needed"));
  }
  const std::string_view body = bytes.substr(header.size);
  const std::optional<uint64_t> needed = ByteSize(header.shape, sizeof(T));
  if (needed != body.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "this .npy file is truncated or has bytes left over: ", body.size(),
        " bytes of data follow its header, which announces ",
        needed.has_value() ? absl::StrCat(*needed) : std::string("more than fit into memory")));
  }
  NpyArray<T> array;
  array.shape = std::move(header.shape);
  array.data.resize(body.size() / sizeof(T));
  if (!body.empty()) std::memcpy(array.data.data(), body.data(), body.size());
  return array;
}

#define PLEAT_INSTANTIATE_NPY(T)                                                    \
  template std::string EncodeNpy<T>(std::span<const uint64_t>, std::span<const T>); \
  template absl::StatusOr<NpyArray<T>> DecodeNpy<T>(std::string_view)
PLEAT_INSTANTIATE_NPY(float);
PLEAT_INSTANTIATE_NPY(double);
PLEAT_INSTANTIATE_NPY(int32_t);
PLEAT_INSTANTIATE_NPY(int64_t);
PLEAT_INSTANTIATE_NPY(uint8_t);
#undef PLEAT_INSTANTIATE_NPY

}  // namespace pleat
