#include "common/folds/leave_one_group_out.h"

#include "absl/strings/str_cat.h"
#include "common/folds/unique.h"

namespace pleat {

absl::StatusOr<std::vector<int32_t>> LeaveOneGroupOut(std::span<const int64_t> groups) {
  const Unique<int64_t> unique = FindUnique(groups);
  if (unique.values.size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("cross_validation.leave_one_group_out needs at least 2 groups, but all ",
                     groups.size(), " rows are of one: see data.groups"));
  }
  return std::vector<int32_t>(unique.index.begin(), unique.index.end());
}

}  // namespace pleat
