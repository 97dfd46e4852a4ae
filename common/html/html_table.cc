#include "common/html/html_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/html/html_text.h"

namespace pleat {

std::string TableHtml(const HtmlTable& table) {
  const auto kind = [&](size_t column) {
    return column < table.columns.size() && table.columns[column].is_number ? " class=\"n\"" : "";
  };
  std::string html = "<div class=\"scroll\"><table><thead><tr>";
  for (size_t i = 0; i < table.columns.size(); ++i) {
    absl::StrAppend(&html, "<th", kind(i), ">", EscapeHtml(table.columns[i].heading), "</th>");
  }
  html += "</tr></thead><tbody>";
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const bool is_strong = std::ranges::count(table.strong_rows, row) > 0;
    html += is_strong ? "<tr class=\"strong\">" : "<tr>";
    for (size_t i = 0; i < table.rows[row].size(); ++i) {
      absl::StrAppend(&html, "<td", kind(i), ">", table.rows[row][i], "</td>");
    }
    html += "</tr>";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace pleat
