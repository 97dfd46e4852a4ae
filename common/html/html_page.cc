#include "common/html/html_page.h"

#include "absl/strings/str_cat.h"
#include "common/html/html_text.h"
#include "common/html/page_style.h"

namespace pleat {

std::string HtmlPage(std::string_view title, const std::string& header, const std::string& sections,
                     const std::string& style) {
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><title>",
      EscapeHtml(title), " · Pleat</title><style>", kPageStyle, style, "</style></head>\n",
      "<body><main>\n<header>", header, "</header>\n", sections,
      "<footer>Made by pleat " PLEAT_VERSION ".</footer>\n</main></body></html>\n");
}

}  // namespace pleat
