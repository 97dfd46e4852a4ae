// Text in columns of a terminal. Each code point is taken as one column wide.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pleat {

// Columns that UTF-8 `text` takes.
size_t TextWidth(std::string_view text);

// `text` with spaces to its right, or left, until it takes `width` columns; never cut.
std::string PadRight(std::string_view text, size_t width);
std::string PadLeft(std::string_view text, size_t width);

// `text` if it fits `width` columns, else its beginning and "…".
std::string Shortened(std::string_view text, size_t width);

}  // namespace pleat
