// UTF-8, which is all that messages can carry.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pleat {

// Number of bytes from the beginning of `text` that are whole characters.
size_t ValidUtf8Size(std::string_view text);

// `text` with '?' for each byte that belongs to no whole character.
std::string ReplaceInvalidUtf8(std::string_view text);

// Valid text as it is, or if it has more than `most` bytes whole characters of its beginning and "
// …".
std::string ShortenUtf8(std::string text, size_t most);

}  // namespace pleat
