#include "worker/data/text_excerpt.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/utf8.h"

namespace pleat {
namespace {

constexpr size_t kMostBytes = 60;

// The largest size up to `most` at which no character is cut.
size_t WholeCharacters(std::string_view text, size_t most) {
  while (most > 0 && (text[most] & 0xC0) == 0x80) --most;
  return most;
}

}  // namespace

std::string Excerpt(std::string_view text) {
  const bool is_long = text.size() > kMostBytes;
  if (is_long) text = text.substr(0, WholeCharacters(text, kMostBytes));
  std::string shown = ReplaceInvalidUtf8(text);
  std::replace_if(shown.begin(), shown.end(), absl::ascii_iscntrl, '?');
  return absl::StrCat(shown, is_long ? "…" : "");
}

}  // namespace pleat
