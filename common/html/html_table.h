// Tables of a page.
#pragma once

#include <string>
#include <vector>

namespace pleat {

struct HtmlTable {
  struct Column {
    std::string heading = {};  // text
    bool is_number = true;     // aligned to the right
  };
  std::vector<Column> columns = {};
  std::vector<std::vector<std::string>> rows = {};  // markup, escaped where it is text
  std::vector<size_t> strong_rows = {};             // stand out
};

std::string TableHtml(const HtmlTable& table);

}  // namespace pleat
