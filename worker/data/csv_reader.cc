#include "worker/data/csv_reader.h"

#include <algorithm>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/csv_columns.h"
#include "worker/data/csv_fields.h"
#include "worker/data/dataset_limits.h"
#include "worker/data/line_reader.h"
#include "worker/data/predefined_folds.h"
#include "worker/data/text_excerpt.h"

namespace pleat {
namespace {

constexpr size_t kMaxIdBytes = 256;

absl::StatusOr<std::vector<std::string>> ReadHeader(LineReader& lines) {
  PLEAT_ASSIGN_OR_RETURN(const std::optional<std::string_view> line, lines.Next());
  if (!line) {
    return absl::InvalidArgumentError(
        absl::StrCat(lines.path(), ": the file is empty; a header line and rows are expected"));
  }
  const auto is_binary = [](char c) { return absl::ascii_iscntrl(c) && c != '\t'; };
  if (std::ranges::any_of(*line, is_binary)) {
    return absl::InvalidArgumentError(
        absl::StrCat(lines.path(), ":1: not a CSV file of UTF-8 text ('", Excerpt(*line),
                     "'); name one, or write this anew as such"));
  }
  const auto names = SplitCsvLine(*line);
  if (line->empty() || !names) {
    return absl::InvalidArgumentError(absl::StrCat(
        lines.path(), ":1: no header line; the first line must name the columns, by commas"));
  }
  return *names;
}

// Appends the rows of one file to a data set.
class RowParser {
 public:
  RowParser(const std::string& path, const CsvColumns& columns, Dataset& dataset)
      : path_(path), columns_(columns), dataset_(dataset) {}

  absl::Status Parse(std::string_view line, int64_t line_number) {
    line_ = line;
    line_number_ = line_number;
    CsvFields fields(line);
    for (size_t i = 0; i < columns_.roles.size(); ++i) {
      if (!fields.HasNext()) return RaggedRow();
      if (columns_.roles[i] == CsvRole::kPixel) {
        if (const auto value = fields.TakeShortNumber(); value && *value <= 255) {
          dataset_.pixels.push_back(static_cast<uint8_t>(*value));
          continue;
        } else if (value) {
          return OutOfRange(i, absl::StrCat(*value), "from 0 to 255");
        }
      }
      const std::optional<std::string> field = fields.Take();
      if (!field) return Error(i, "a quote is not closed, or text follows it");
      PLEAT_RETURN_IF_ERROR(Add(i, *field));
    }
    if (fields.HasNext()) return RaggedRow();
    ++dataset_.rows;
    return absl::OkStatus();
  }

 private:
  absl::Status Add(size_t column, const std::string& field) {
    switch (columns_.roles[column]) {
      case CsvRole::kPixel: {
        PLEAT_ASSIGN_OR_RETURN(const int64_t value, Number(column, field, 255));
        dataset_.pixels.push_back(static_cast<uint8_t>(value));
        return absl::OkStatus();
      }
      case CsvRole::kLabel: {
        PLEAT_ASSIGN_OR_RETURN(const int64_t value, Number(column, field, kMaxClasses - 1));
        dataset_.labels.push_back(value);
        return absl::OkStatus();
      }
      case CsvRole::kId:
        return AddId(column, field);
      case CsvRole::kGroup:
        if (field.empty()) return Error(column, "the group is empty");
        AddGroup(field);
        return absl::OkStatus();
      case CsvRole::kFold:
        return AddFold(column, field);
      case CsvRole::kLeftAside:
        return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  // Ids become lines of other files, so they must be printable.
  absl::Status AddId(size_t column, const std::string& field) {
    const bool printable = std::none_of(field.begin(), field.end(), absl::ascii_iscntrl);
    if (field.empty() || field.size() > kMaxIdBytes || !printable) {
      return Error(column,
                   absl::StrCat("an id must have 1 to ", kMaxIdBytes, " printable characters"));
    }
    dataset_.ids.push_back(field);
    return absl::OkStatus();
  }

  absl::Status AddFold(size_t column, const std::string& field) {
    const std::optional<int32_t> fold = ParsePredefinedFold(field);
    if (!fold)
      return Error(column, absl::StrCat("'", Excerpt(field), "' is not ", kPredefinedFoldRange));
    dataset_.predefined_folds.push_back(*fold);
    return absl::OkStatus();
  }

  void AddGroup(const std::string& name) {
    const auto [found, is_new] =
        group_numbers_.try_emplace(name, static_cast<int64_t>(group_numbers_.size()));
    dataset_.groups.push_back(found->second);
    if (is_new) dataset_.group_names.push_back(name);
  }

  absl::StatusOr<int64_t> Number(size_t column, const std::string& field, int64_t most) const {
    const std::string range = absl::StrCat("from 0 to ", most);
    int64_t value = 0;
    if (!absl::SimpleAtoi(field, &value)) {
      return Error(column, absl::StrCat("'", Excerpt(field), "' is not a whole number ", range));
    }
    if (value < 0 || value > most) return OutOfRange(column, field, range);
    return value;
  }

  absl::Status OutOfRange(size_t column, const std::string& field, const std::string& range) const {
    return Error(
        column, absl::StrCat(Excerpt(field), " is out of range; values are whole numbers ", range));
  }

  absl::Status Error(size_t column, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ":", line_number_, ": column '",
                                                   Excerpt(columns_.names[column]), "': ", what));
  }

  absl::Status RaggedRow() const {
    const auto fields = SplitCsvLine(line_);
    const std::string found = fields ? absl::StrCat(fields->size()) : "another number of";
    return absl::InvalidArgumentError(absl::StrCat(path_, ":", line_number_, ": the row has ",
                                                   found, " fields, the header ",
                                                   columns_.names.size()));
  }

  const std::string& path_;
  const CsvColumns& columns_;
  Dataset& dataset_;
  std::unordered_map<std::string, int64_t> group_numbers_;
  std::string_view line_;
  int64_t line_number_ = 0;
};

absl::Status ReadRows(LineReader& lines, const CsvColumns& columns, uint64_t limit,
                      const KeepGoing& keep_going, Dataset& dataset) {
  RowParser parser(lines.path(), columns, dataset);
  const int64_t row_bytes = columns.height * columns.width;
  int64_t empty_line = 0;
  while (limit == 0 || static_cast<uint64_t>(dataset.rows) < limit) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    PLEAT_ASSIGN_OR_RETURN(const std::optional<std::string_view> line, lines.Next());
    if (!line) break;
    if (line->empty()) {
      empty_line = lines.line_number();
      continue;
    }
    if (empty_line != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(lines.path(), ":", empty_line, ": an empty line between rows"));
    }
    PLEAT_RETURN_IF_ERROR(CheckDatasetFits(lines.path(), dataset.rows + 1, row_bytes));
    PLEAT_RETURN_IF_ERROR(parser.Parse(*line, lines.line_number()));
  }
  if (dataset.rows == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(lines.path(), ": has a header but no rows; name a file with rows"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Dataset> ReadCsvDataset(const v1::CsvSource& source, const RowColumns& row_columns,
                                       uint64_t limit, const KeepGoing& keep_going) {
  PLEAT_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(source.path()));
  LineReader lines(std::move(file));
  PLEAT_ASSIGN_OR_RETURN(std::vector<std::string> names, ReadHeader(lines));
  PLEAT_ASSIGN_OR_RETURN(const CsvColumns columns,
                         AssignCsvColumns(source, row_columns, std::move(names)));
  Dataset dataset;
  dataset.height = columns.height;
  dataset.width = columns.width;
  PLEAT_RETURN_IF_ERROR(ReadRows(lines, columns, limit, keep_going, dataset));
  return dataset;
}

absl::StatusOr<std::vector<std::string>> ReadCsvHeader(const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(path));
  LineReader lines(std::move(file));
  return ReadHeader(lines);
}

}  // namespace pleat
