// Text inside HTML and SVG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pleat {

// `text` with the characters that mean something in markup as entities, and without those that XML
// forbids. Safe inside elements and quoted attributes.
std::string EscapeHtml(std::string_view text);

// "0.0123", "98.65 %": as many digits as people compare.
std::string NumberText(double value);
std::string PercentText(double share);
// "60,000".
std::string CountText(uint64_t count);

// The name, or its first `most` characters and "…". UTF-8; no character is cut.
std::string ShortName(const std::string& name, size_t most);

}  // namespace pleat
