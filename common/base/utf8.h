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

}  // namespace pleat
