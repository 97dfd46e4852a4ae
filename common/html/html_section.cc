#include "common/html/html_section.h"

#include "absl/strings/str_cat.h"
#include "common/html/html_text.h"

namespace pleat {

std::string Section(std::string_view heading, std::string_view lead, const std::string& body) {
  if (body.empty()) return "";
  return absl::StrCat(
      "<section><h2>", EscapeHtml(heading), "</h2>",
      lead.empty() ? "" : absl::StrCat("<p class=\"lead\">", EscapeHtml(lead), "</p>"), "\n", body,
      "</section>\n");
}

std::string Figure(const std::string& title, const std::string& svg, const std::string& legend) {
  return absl::StrCat(
      "<figure><figcaption>", EscapeHtml(title),
      legend.empty() ? "" : absl::StrCat("<span class=\"legend\">", legend, "</span>"),
      "</figcaption>", svg, "</figure>\n");
}

std::string Grid(const std::string& figures) {
  return figures.empty() ? "" : absl::StrCat("<div class=\"grid\">\n", figures, "</div>\n");
}

std::string LegendEntry(std::string_view css, std::string_view text) {
  return absl::StrCat("<span><i class=\"key ", std::string(css), "\"></i>", EscapeHtml(text),
                      "</span>");
}

std::string Tile(std::string_view value, std::string_view label) {
  return absl::StrCat("<div class=\"tile\"><b>", EscapeHtml(value), "</b><span>", EscapeHtml(label),
                      "</span></div>");
}

}  // namespace pleat
