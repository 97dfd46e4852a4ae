#include "worker/data/row_lines.h"

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/line_reader.h"

namespace pleat {

absl::StatusOr<std::vector<std::string>> ReadRowLines(const std::string& path,
                                                      absl::string_view field, int64_t rows,
                                                      const KeepGoing& keep_going) {
  absl::StatusOr<InputFile> file = InputFile::Open(path);
  if (!file.ok()) return Annotate(file.status(), std::string(field));
  LineReader lines(*std::move(file));
  std::vector<std::string> values;
  while (true) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    PLEAT_ASSIGN_OR_RETURN(const std::optional<std::string_view> line, lines.Next());
    if (!line) break;
    const absl::string_view value =
        absl::StripAsciiWhitespace(absl::string_view(line->data(), line->size()));
    if (value.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(field, ": ", path, ":", lines.line_number(),
                                                     ": an empty line; each line is of one row"));
    }
    values.emplace_back(value);
    if (static_cast<int64_t>(values.size()) > rows) {
      return absl::InvalidArgumentError(
          absl::StrCat(field, ": ", path, ":", lines.line_number(), ": more lines than the ", rows,
                       " training rows; give one line per row, merged sets included, no header"));
    }
  }
  if (static_cast<int64_t>(values.size()) == rows) return values;
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", path, " has ", values.size(), " lines for ", rows,
                   " training rows; give one line per row, merged sets included, no header"));
}

}  // namespace pleat
