#include "common/folds/predefined_split.h"

#include "absl/strings/str_cat.h"
#include "common/folds/unique.h"

namespace pleat {

absl::StatusOr<std::vector<int32_t>> PredefinedSplit(std::span<const int32_t> given) {
  const Unique<int32_t> unique = FindUnique(given);
  if (!unique.values.empty() && unique.values.front() < -1) {
    return absl::InvalidArgumentError(absl::StrCat("cross_validation.predefined: a row is in fold ",
                                                   unique.values.front(),
                                                   "; folds are numbered from 0, and -1 is none"));
  }
  if (unique.values.empty() || unique.values.back() < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("cross_validation.predefined: all ", given.size(),
                     " rows are in fold -1, so there is nothing to validate: number folds from 0"));
  }
  const int32_t without = unique.values.front() == -1 ? 1 : 0;
  std::vector<int32_t> fold_of_row;
  fold_of_row.reserve(given.size());
  for (const uint32_t index : unique.index) {
    fold_of_row.push_back(static_cast<int32_t>(index) - without);
  }
  return fold_of_row;
}

}  // namespace pleat
