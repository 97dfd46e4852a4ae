#include "client/report/csv_rows.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace pleat {

absl::StatusOr<std::vector<std::vector<std::string>>> ParseCsv(std::string_view text,
                                                               std::string_view header) {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        fields.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      lines.push_back(std::move(fields));
      fields.assign(1, "");
    } else {
      fields.back() += c;
    }
  }
  if (lines.empty() || quoted || fields.size() > 1 || !fields[0].empty()) {
    return absl::DataLossError("the file does not end with a whole line");
  }
  if (!header.empty() && absl::StrJoin(lines[0], ",") != header) {
    return absl::DataLossError(
        absl::StrCat("the file does not begin with \"", std::string(header), "\""));
  }
  for (const std::vector<std::string>& line : lines) {
    if (line.size() != lines[0].size()) {
      return absl::DataLossError("the file's lines have different numbers of fields");
    }
  }
  lines.erase(lines.begin());
  return lines;
}

}  // namespace pleat
