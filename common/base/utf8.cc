#include "common/base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pleat {
namespace {

// Bytes of the character that begins here; 0 if none does.
size_t CharacterSize(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t size = lead < 0x80         ? 1
                      : lead >> 5 == 0x06 ? 2
                      : lead >> 4 == 0x0E ? 3
                      : lead >> 3 == 0x1E ? 4
                                          : 0;
  if (size < 2 || size > text.size()) return size == 1 ? 1 : 0;
  uint32_t code = lead & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >> 6 != 2) return 0;
    code = code << 6 | (byte & 0x3Fu);
  }
  // What fits fewer bytes, surrogates and numbers beyond Unicode are no characters.
  constexpr std::array<uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code >= kLeast[size] && code <= 0x10FFFF && !is_surrogate ? size : 0;
}

}  // namespace

size_t ValidUtf8Size(std::string_view text) {
  size_t valid = 0;
  while (valid < text.size()) {
    const size_t size = CharacterSize(text.substr(valid));
    if (size == 0) break;
    valid += size;
  }
  return valid;
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string result;
  while (true) {
    const size_t valid = ValidUtf8Size(text);
    result += text.substr(0, valid);
    if (valid == text.size()) return result;
    result += '?';
    text.remove_prefix(valid + 1);
  }
}

std::string ShortenUtf8(std::string text, size_t most) {
  constexpr std::string_view kMark = " …";
  if (text.size() <= most) return text;
  text.resize(most - std::min(most, kMark.size()));
  text.resize(ValidUtf8Size(text));
  return text.append(kMark);
}

}  // namespace pleat
