// Tables for people and for spreadsheets.
#pragma once

#include <string>
#include <vector>

namespace pleat {

// Rows of text cells under a row of headings; rows have as many cells as there are headings.
struct Table {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
};

// Aligned columns, two spaces apart, a line per row; columns whose cells are all numbers (or empty)
// are aligned to the right. `indent` spaces stand before each line.
std::string TableText(const Table& table, int indent = 0);

// Comma-separated values (RFC 4180, with plain line feeds).
std::string TableCsv(const Table& table);

}  // namespace pleat
