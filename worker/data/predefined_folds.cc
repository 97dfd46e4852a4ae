#include "worker/data/predefined_folds.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/row_lines.h"
#include "worker/data/text_excerpt.h"

namespace pleat {
namespace {

constexpr absl::string_view kField = "cross_validation.predefined.file";

}  // namespace

std::optional<int32_t> ParsePredefinedFold(absl::string_view text) {
  int32_t fold = 0;
  if (!absl::SimpleAtoi(text, &fold) || fold < -1) return std::nullopt;
  return fold;
}

absl::Status ReadPredefinedFolds(const std::string& path, Dataset& dataset,
                                 const KeepGoing& keep_going) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<std::string> lines,
                         ReadRowLines(path, kField, dataset.rows, keep_going));
  for (const std::string& line : lines) {
    const std::optional<int32_t> fold = ParsePredefinedFold(line);
    if (!fold) {
      return absl::InvalidArgumentError(
          absl::StrCat(kField, ": ", path, ":", dataset.predefined_folds.size() + 1, ": '",
                       Excerpt(line), "' is not ", kPredefinedFoldRange));
    }
    dataset.predefined_folds.push_back(*fold);
  }
  return absl::OkStatus();
}

}  // namespace pleat
