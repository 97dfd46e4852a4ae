#include "common/html/html_text.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace pleat {

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') escaped += c;
    }
  }
  return escaped;
}

std::string NumberText(double value) {
  if (!std::isfinite(value)) return "–";
  if (value != 0 && std::abs(value) < 1e-3) return absl::StrFormat("%.2e", value);
  return absl::StrFormat("%.4f", value);
}

std::string PercentText(double share) {
  return std::isfinite(share) ? absl::StrFormat("%.2f %%", share * 100) : "–";
}

std::string CountText(uint64_t count) {
  const std::string digits = absl::StrCat(count);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string ShortName(const std::string& name, size_t most) {
  size_t characters = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    if ((name[i] & 0xC0) == 0x80) continue;
    if (++characters > most) return name.substr(0, i) + "…";
  }
  return name;
}

}  // namespace pleat
