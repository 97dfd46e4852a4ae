#include "common/store/npy_header.h"

#include <optional>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
constexpr size_t kPrefixSize = 10;  // magic, version, header length
constexpr size_t kAlignment = 64;
// numpy leaves room for the first length to grow to this many digits in place.
constexpr size_t kGrowthDigits = 21;
constexpr size_t kMaxRank = 32;

absl::Status BadHeader(const char* what) {
  return absl::InvalidArgumentError(
      absl::StrCat("this is not an .npy file of version 1.0: ", what));
}

// Reads the tokens of a Python literal from left to right; spaces between them do not matter.
class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  // Consumes `token` if it comes next.
  bool Take(std::string_view token) {
    SkipSpaces();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  std::optional<std::string> TakeString() {
    if (!Take("'")) return std::nullopt;
    const size_t end = text_.find('\'');
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return value;
  }

  std::optional<uint64_t> TakeNumber() {
    SkipSpaces();
    size_t digits = 0;
    while (digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9') ++digits;
    uint64_t value = 0;
    if (!absl::SimpleAtoi(std::string(text_.substr(0, digits)), &value)) return std::nullopt;
    text_.remove_prefix(digits);
    return value;
  }

  // "(3, 4)", "(3,)" or "()".
  std::optional<std::vector<uint64_t>> TakeShape() {
    if (!Take("(")) return std::nullopt;
    std::vector<uint64_t> shape;
    while (!Take(")")) {
      const std::optional<uint64_t> length = TakeNumber();
      if (!length.has_value() || shape.size() == kMaxRank) return std::nullopt;
      shape.push_back(*length);
      if (Take(")")) return shape.size() > 1 ? std::optional(shape) : std::nullopt;
      if (!Take(",")) return std::nullopt;
    }
    return shape;
  }

  bool AtEnd() {
    SkipSpaces();
    return text_.empty();
  }

 private:
  void SkipSpaces() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n')) text_.remove_prefix(1);
  }

  std::string_view text_;
};

absl::Status ReadEntry(LiteralReader& reader, std::set<std::string>& keys, NpyHeader& header) {
  const std::optional<std::string> key = reader.TakeString();
  if (!key.has_value() || !reader.Take(":") || !keys.insert(*key).second) {
    return BadHeader("its header is not a dict of different keys");
  }
  if (*key == "descr") {
    std::optional<std::string> descr = reader.TakeString();
    if (!descr.has_value()) return BadHeader("its descr is not that of a plain type");
    header.descr = *std::move(descr);
  } else if (*key == "fortran_order") {
    if (!reader.Take("False")) return BadHeader("its fortran_order is not False");
  } else if (*key == "shape") {
    std::optional<std::vector<uint64_t>> shape = reader.TakeShape();
    if (!shape.has_value()) return BadHeader("its shape is not a tuple of lengths");
    header.shape = *std::move(shape);
  } else {
    return BadHeader("its header has a key other than descr, fortran_order and shape");
  }
  return absl::OkStatus();
}

absl::Status ReadDict(LiteralReader reader, NpyHeader& header) {
  std::set<std::string> keys;
  if (!reader.Take("{")) return BadHeader("its header is not a dict");
  while (!reader.Take("}")) {
    PLEAT_RETURN_IF_ERROR(ReadEntry(reader, keys, header));
    if (reader.Take(",")) continue;
    if (!reader.Take("}")) return BadHeader("its header is not a dict");
    break;
  }
  if (keys.size() != 3 || !reader.AtEnd()) {
    return BadHeader("its header is not a dict of descr, fortran_order and shape");
  }
  return absl::OkStatus();
}

std::string ShapeText(std::span<const uint64_t> shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) absl::StrAppend(&text, i == 0 ? "" : ", ", shape[i]);
  if (shape.size() == 1) text += ",";
  return text + ")";
}

}  // namespace

std::string EncodeNpyHeader(std::string_view descr, std::span<const uint64_t> shape) {
  std::string dict = absl::StrCat("{'descr': '", std::string(descr),
                                  "', 'fortran_order': False, 'shape': ", ShapeText(shape), ", }");
  if (!shape.empty()) dict.append(kGrowthDigits - absl::StrCat(shape[0]).size(), ' ');
  const size_t unpadded = kPrefixSize + dict.size() + 1;
  dict.append(kAlignment - unpadded % kAlignment, ' ');
  dict += '\n';
  std::string bytes(kMagic);
  bytes += static_cast<char>(dict.size() & 0xff);
  bytes += static_cast<char>(dict.size() >> 8);
  return bytes + dict;
}

absl::StatusOr<NpyHeader> DecodeNpyHeader(std::string_view file) {
  if (!file.starts_with(kMagic) || file.size() < kPrefixSize) {
    return BadHeader("it does not begin with numpy's mark and that version");
  }
  const size_t length = static_cast<unsigned char>(file[8]) | static_cast<unsigned char>(file[9])
                                                                  << 8;
  if (file.size() - kPrefixSize < length) return BadHeader("it ends inside its header");
  NpyHeader header;
  header.size = kPrefixSize + length;
  PLEAT_RETURN_IF_ERROR(ReadDict(LiteralReader(file.substr(kPrefixSize, length)), header));
  return header;
}

}  // namespace pleat
