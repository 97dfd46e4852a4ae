#include "common/folds/group_k_fold.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/base/status_macros.h"
#include "common/folds/split_checks.h"

namespace pleat {

absl::StatusOr<std::vector<int32_t>> GroupKFold(std::span<const int64_t> groups, uint32_t folds) {
  std::map<int64_t, uint64_t> rows_of_group;
  for (int64_t group : groups) ++rows_of_group[group];
  PLEAT_RETURN_IF_ERROR(CheckGroupCount(rows_of_group.size(), folds));

  std::vector<std::pair<uint64_t, int64_t>> by_size;  // (rows, group)
  for (const auto& [group, rows] : rows_of_group) by_size.emplace_back(rows, group);
  std::sort(by_size.rbegin(), by_size.rend());

  std::vector<uint64_t> rows_of_fold(folds, 0);
  std::map<int64_t, int32_t> fold_of_group;
  for (const auto& [rows, group] : by_size) {
    const auto lightest = std::min_element(rows_of_fold.begin(), rows_of_fold.end());
    *lightest += rows;
    fold_of_group[group] = static_cast<int32_t>(lightest - rows_of_fold.begin());
  }

  std::vector<int32_t> fold_of_row;
  fold_of_row.reserve(groups.size());
  for (int64_t group : groups) fold_of_row.push_back(fold_of_group.at(group));
  return fold_of_row;
}

}  // namespace pleat
