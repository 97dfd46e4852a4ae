#include "client/text_width.h"

#include <algorithm>

namespace pleat {
namespace {

bool BeginsCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

size_t TextWidth(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, BeginsCodePoint));
}

std::string PadRight(std::string_view text, size_t width) {
  const size_t taken = TextWidth(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string PadLeft(std::string_view text, size_t width) {
  const size_t taken = TextWidth(text);
  return std::string(width > taken ? width - taken : 0, ' ') + std::string(text);
}

std::string Shortened(std::string_view text, size_t width) {
  if (TextWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  size_t end = 0;
  for (size_t columns = 0; end < text.size(); ++end) {
    if (BeginsCodePoint(text[end]) && columns++ == width - 1) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace pleat
