#include "client/table.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "client/text_width.h"
#include "common/base/csv_field.h"

namespace pleat {
namespace {

bool LooksLikeNumber(const std::string& cell) {
  return cell.empty() || cell == "–" || absl::ascii_isdigit(cell[0]) ||
         (cell.size() > 1 && cell[0] == '-' && absl::ascii_isdigit(cell[1]));
}

struct Column {
  size_t width = 0;
  bool right = true;
};

std::vector<Column> MeasureColumns(const Table& table) {
  std::vector<Column> columns(table.headings.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    columns[i].width = TextWidth(table.headings[i]);
    for (const std::vector<std::string>& row : table.rows) {
      columns[i].width = std::max(columns[i].width, TextWidth(row[i]));
      columns[i].right = columns[i].right && LooksLikeNumber(row[i]);
    }
  }
  return columns;
}

std::string Line(const std::vector<std::string>& cells, const std::vector<Column>& columns,
                 int indent) {
  std::string line(static_cast<size_t>(indent), ' ');
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    line += columns[i].right ? PadLeft(cells[i], columns[i].width)
                             : PadRight(cells[i], columns[i].width);
  }
  absl::StripTrailingAsciiWhitespace(&line);
  return line + "\n";
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + CsvField(cells[i]);
  return line + "\n";
}

}  // namespace

std::string TableText(const Table& table, int indent) {
  const std::vector<Column> columns = MeasureColumns(table);
  std::string text = Line(table.headings, columns, indent);
  for (const std::vector<std::string>& row : table.rows) text += Line(row, columns, indent);
  return text;
}

std::string TableCsv(const Table& table) {
  std::string text = CsvLine(table.headings);
  for (const std::vector<std::string>& row : table.rows) text += CsvLine(row);
  return text;
}

}  // namespace pleat
