#include "worker/data/csv_columns.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "worker/data/text_excerpt.h"

namespace pleat {
namespace {

// The name that differs from `wanted` only in case, blanks or underscores, or in one added or
// missing letter at its end; empty if there is none.
std::string SimilarName(const std::vector<std::string>& names, const std::string& wanted) {
  const auto plain = [](const std::string& name) {
    std::string letters;
    for (const char c : name) {
      if (absl::ascii_isalnum(c)) letters += absl::ascii_tolower(c);
    }
    return letters;
  };
  const std::string target = plain(wanted);
  for (const std::string& name : names) {
    const std::string candidate = plain(name);
    const size_t common = std::min(candidate.size(), target.size());
    const size_t longer = std::max(candidate.size(), target.size());
    if (common > 0 && longer - common <= 1 &&
        candidate.compare(0, common, target, 0, common) == 0) {
      return name;
    }
  }
  return "";
}

absl::Status Assign(const std::string& path, const std::string& name, CsvRole role,
                    absl::string_view option, CsvColumns& columns) {
  const auto found = std::find(columns.names.begin(), columns.names.end(), name);
  if (found == columns.names.end()) {
    const std::string similar = SimilarName(columns.names, name);
    std::string hint =
        similar.empty() ? "" : absl::StrCat("; did you mean '", Excerpt(similar), "'?");
    if (columns.names.size() == 1 && columns.names[0].find_first_of(";\t") != std::string::npos) {
      absl::StrAppend(&hint, "; fields must be separated by commas");
    }
    if (role == CsvRole::kLabel) {
      absl::StrAppend(&hint, "; for rows without labels set label_column: \"\"");
    }
    return absl::InvalidArgumentError(absl::StrCat(path, ":1: no column '", name, "' (", option,
                                                   "); the columns are ",
                                                   SummarizeColumns(columns.names), hint));
  }
  CsvRole& current = columns.roles[found - columns.names.begin()];
  if (current != CsvRole::kPixel) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":1: column '", name, "' (", option,
                                                   ") has another use already; name two columns"));
  }
  current = role;
  return absl::OkStatus();
}

// Those that are there and have no other use. An empty name names none.
void LeaveAside(const std::vector<std::string>& names, CsvColumns& columns) {
  for (size_t i = 0; i < columns.names.size(); ++i) {
    const std::string& name = columns.names[i];
    const bool is_named = !name.empty() && std::ranges::find(names, name) != names.end();
    if (is_named && columns.roles[i] == CsvRole::kPixel) columns.roles[i] = CsvRole::kLeftAside;
  }
}

absl::Status FindShape(const std::string& path, int64_t height, CsvColumns& columns) {
  const int64_t pixels = std::count(columns.roles.begin(), columns.roles.end(), CsvRole::kPixel);
  if (pixels == 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":1: no pixel columns; the columns are ",
                                                   SummarizeColumns(columns.names)));
  }
  columns.height =
      height > 0 ? height : static_cast<int64_t>(std::lround(std::sqrt(double(pixels))));
  columns.width = pixels / columns.height;
  if (columns.height * columns.width == pixels) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      path, ":1: ", pixels, " pixel columns make no ",
      height > 0 ? absl::StrCat("image of height ", height) : std::string("square image"),
      "; set height, and name all other columns (label_column, id_column); the columns are ",
      SummarizeColumns(columns.names)));
}

}  // namespace

std::string SummarizeColumns(const std::vector<std::string>& names) {
  constexpr size_t kShown = 4;
  const auto join = [&](size_t count) {
    return absl::StrJoin(
        names.begin(), names.begin() + static_cast<int64_t>(count), ", ",
        [](std::string* text, const std::string& name) { *text += Excerpt(name); });
  };
  if (names.size() <= 2 * kShown) return join(names.size());
  return absl::StrCat(join(kShown), ", ..., ", Excerpt(names.back()));
}

absl::StatusOr<CsvColumns> AssignCsvColumns(const v1::CsvSource& source,
                                            const RowColumns& row_columns,
                                            std::vector<std::string> names) {
  CsvColumns columns;
  columns.names = std::move(names);
  columns.roles.assign(columns.names.size(), CsvRole::kPixel);
  columns.has_labels = !source.label_column().empty();
  columns.has_ids = !source.id_column().empty();
  columns.has_groups = !row_columns.group.empty();

  std::vector<std::string> sorted = columns.names;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    return absl::InvalidArgumentError(absl::StrCat(source.path(), ":1: two columns are named '",
                                                   Excerpt(*twice),
                                                   "'; is the first line a header?"));
  }
  if (columns.has_labels) {
    PLEAT_RETURN_IF_ERROR(
        Assign(source.path(), source.label_column(), CsvRole::kLabel, "label_column", columns));
  }
  if (columns.has_ids) {
    PLEAT_RETURN_IF_ERROR(
        Assign(source.path(), source.id_column(), CsvRole::kId, "id_column", columns));
  }
  if (columns.has_groups) {
    PLEAT_RETURN_IF_ERROR(
        Assign(source.path(), row_columns.group, CsvRole::kGroup, "data.groups.column", columns));
  }
  if (!row_columns.fold.empty()) {
    PLEAT_RETURN_IF_ERROR(Assign(source.path(), row_columns.fold, CsvRole::kFold,
                                 "cross_validation.predefined.column", columns));
  }
  LeaveAside(row_columns.left_aside, columns);
  PLEAT_RETURN_IF_ERROR(FindShape(source.path(), source.height(), columns));
  return columns;
}

}  // namespace pleat
