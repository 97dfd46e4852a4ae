// Text of a data file inside a message.
#pragma once

#include <string>
#include <string_view>

namespace pleat {

// The first 60 bytes of `text` and "…", or all of it if it has no more. UTF-8: characters are
// whole; '?' stands for bytes that are none and for control characters.
std::string Excerpt(std::string_view text);

}  // namespace pleat
