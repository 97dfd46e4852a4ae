#include "common/store/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "Pleat's files are little endian");

constexpr size_t kLengthSize = 8;
constexpr size_t kMaxHeader = 100 << 20;  // as the reference implementation
constexpr char kMetadata[] = "__metadata__";

absl::Status Bad(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("this is not a safetensors file: ", what));
}

std::optional<uint64_t> ItemSize(const std::string& dtype) {
  if (dtype == "F64" || dtype == "I64") return 8;
  if (dtype == "F32") return 4;
  if (dtype == "U8") return 1;
  return std::nullopt;
}

// Refuses keys that come twice in one object; the parser itself would let the last one win.
class DuplicateKeys {
 public:
  bool operator()(int /*depth*/, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key) {
      found_ |= !open_.back().insert(value.get<std::string>()).second;
    }
    return true;
  }
  bool found() const { return found_; }

 private:
  std::vector<std::set<std::string>> open_;
  bool found_ = false;
};

absl::StatusOr<Json> ParseHeader(std::string_view text) {
  if (!text.starts_with('{')) return Bad("its header does not begin with {");
  DuplicateKeys duplicates;
  Json header = Json::parse(text.begin(), text.end(), std::ref(duplicates),
                            /*allow_exceptions=*/false);
  if (!header.is_object()) return Bad("its header is not a JSON object");
  if (duplicates.found()) return Bad("its header has a key twice");
  return header;
}

absl::Status CheckMetadata(const Json& metadata) {
  if (!metadata.is_object()) return Bad("its __metadata__ is not an object");
  for (const auto& value : metadata) {
    if (!value.is_string()) return Bad("its __metadata__ has a value that is not text");
  }
  return absl::OkStatus();
}

std::optional<std::vector<uint64_t>> Unsigneds(const Json& array) {
  if (!array.is_array()) return std::nullopt;
  std::vector<uint64_t> values;
  for (const auto& value : array) {
    if (!value.is_number_unsigned()) return std::nullopt;
    values.push_back(value.get<uint64_t>());
  }
  return values;
}

absl::StatusOr<SafeTensor> ReadTensor(const std::string& name, const Json& entry,
                                      std::string_view data) {
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry["dtype"].is_string() || !entry.contains("shape") || !entry.contains("data_offsets")) {
    return Bad(absl::StrCat("tensor ", name, " is not described by dtype, shape and data_offsets"));
  }
  const std::optional<std::vector<uint64_t>> shape = Unsigneds(entry["shape"]);
  const std::optional<std::vector<uint64_t>> offsets = Unsigneds(entry["data_offsets"]);
  if (!shape.has_value() || !offsets.has_value() || offsets->size() != 2) {
    return Bad(absl::StrCat("tensor ", name, " has a shape or offsets that are not whole numbers"));
  }
  SafeTensor tensor{name, entry["dtype"].get<std::string>(), *shape, {}};
  const std::optional<uint64_t> item_size = ItemSize(tensor.dtype);
  if (!item_size.has_value()) {
    return Bad(absl::StrCat("tensor ", name, " has dtype ", tensor.dtype,
                            "; F32, F64, I64 and U8 are read"));
  }
  const uint64_t begin = (*offsets)[0];
  const uint64_t end = (*offsets)[1];
  if (begin > end || end > data.size()) {
    return Bad(absl::StrCat("tensor ", name, " lies outside the file (is it truncated?)"));
  }
  uint64_t size = *item_size;
  for (uint64_t length : *shape) {
    if (__builtin_mul_overflow(size, length, &size)) size = UINT64_MAX;
  }
  if (size != end - begin) {
    return Bad(absl::StrCat("tensor ", name, " has ", end - begin,
                            " bytes, which do not fit its shape and dtype"));
  }
  tensor.data = data.substr(begin, size);
  return tensor;
}

// Each tensor must begin where the one before it ends.
absl::Status CheckNoGaps(const std::vector<SafeTensor>& tensors, std::string_view data) {
  const char* expected = data.data();
  for (const SafeTensor& tensor : tensors) {
    if (tensor.data.data() != expected) {
      return Bad(absl::StrCat("tensor ", tensor.name, " overlaps another one or leaves a gap"));
    }
    expected += tensor.data.size();
  }
  if (expected != data.data() + data.size()) return Bad("bytes are left over at its end");
  return absl::OkStatus();
}

}  // namespace

std::string EncodeSafetensors(const std::vector<SafeTensor>& tensors,
                              const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[kMetadata] = metadata;
  uint64_t offset = 0;
  for (const SafeTensor& tensor : tensors) {
    header[tensor.name] = {{"dtype", tensor.dtype},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, offset + tensor.data.size()}}};
    offset += tensor.data.size();
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const uint64_t length = text.size();
  std::string bytes(kLengthSize, '\0');
  std::memcpy(bytes.data(), &length, kLengthSize);
  bytes.reserve(kLengthSize + text.size() + offset);
  bytes += text;
  for (const SafeTensor& tensor : tensors) bytes += tensor.data;
  return bytes;
}

absl::StatusOr<std::vector<SafeTensor>> DecodeSafetensors(std::string_view bytes) {
  if (bytes.size() < kLengthSize) return Bad("it is shorter than 8 bytes");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthSize);
  if (length > kMaxHeader || length > bytes.size() - kLengthSize) {
    return Bad("its header is longer than the file or 100 MiB");
  }
  PLEAT_ASSIGN_OR_RETURN(const Json header, ParseHeader(bytes.substr(kLengthSize, length)));
  const std::string_view data = bytes.substr(kLengthSize + length);
  std::vector<SafeTensor> tensors;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadata) {
      PLEAT_RETURN_IF_ERROR(CheckMetadata(entry));
      continue;
    }
    PLEAT_ASSIGN_OR_RETURN(SafeTensor tensor, ReadTensor(name, entry, data));
    tensors.push_back(std::move(tensor));
  }
  std::stable_sort(tensors.begin(), tensors.end(), [](const SafeTensor& a, const SafeTensor& b) {
    // Empty tensors share their offset with the one that follows them.
    return a.data.data() != b.data.data() ? a.data.data() < b.data.data()
                                          : a.data.size() < b.data.size();
  });
  PLEAT_RETURN_IF_ERROR(CheckNoGaps(tensors, data));
  return tensors;
}

}  // namespace pleat
