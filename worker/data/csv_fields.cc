#include "worker/data/csv_fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace pleat {

void CsvFields::Drop(size_t field_length) {
  at_end_ = field_length >= rest_.size();
  rest_.remove_prefix(at_end_ ? rest_.size() : field_length + 1);
}

std::optional<uint32_t> CsvFields::TakeShortNumber() {
  const size_t most = std::min<size_t>(rest_.size(), 3);
  uint32_t value = 0;
  size_t length = 0;
  while (length < most && absl::ascii_isdigit(rest_[length])) {
    value = 10 * value + static_cast<uint32_t>(rest_[length] - '0');
    ++length;
  }
  if (length == 0 || (length < rest_.size() && rest_[length] != ',')) return std::nullopt;
  Drop(length);
  return value;
}

std::optional<std::string> CsvFields::Take() {
  const size_t start = std::min(rest_.find_first_not_of(" \t"), rest_.size());
  if (start == rest_.size() || rest_[start] != '"') {
    const size_t length = std::min(rest_.find(','), rest_.size());
    std::string field(rest_.substr(0, length));
    absl::StripAsciiWhitespace(&field);
    Drop(length);
    return field;
  }
  std::string field;
  size_t i = start + 1;
  for (;; ++i) {
    if (i >= rest_.size()) return std::nullopt;
    if (rest_[i] == '"') {
      if (i + 1 >= rest_.size() || rest_[i + 1] != '"') break;
      ++i;
    }
    field += rest_[i];
  }
  const size_t after = std::min(rest_.find_first_not_of(" \t", i + 1), rest_.size());
  if (after < rest_.size() && rest_[after] != ',') return std::nullopt;
  Drop(after);
  return field;
}

std::optional<std::vector<std::string>> SplitCsvLine(std::string_view line) {
  std::vector<std::string> fields;
  CsvFields rest(line);
  while (rest.HasNext()) {
    std::optional<std::string> field = rest.Take();
    if (!field) return std::nullopt;
    fields.push_back(*std::move(field));
  }
  return fields;
}

}  // namespace pleat
