#include "worker/data/row_groups.h"

#include <unordered_map>

#include "common/base/status_macros.h"
#include "worker/data/row_lines.h"

namespace pleat {

absl::Status GroupConsecutiveRows(uint64_t rows_per_group, Dataset& dataset) {
  if (rows_per_group == 0) {
    return absl::InvalidArgumentError("data.groups.rows_per_group: 0 is out of range, minimum 1");
  }
  dataset.groups.resize(static_cast<size_t>(dataset.rows));
  for (int64_t i = 0; i < dataset.rows; ++i) {
    dataset.groups[i] = static_cast<int64_t>(static_cast<uint64_t>(i) / rows_per_group);
  }
  return absl::OkStatus();
}

absl::Status GroupByFile(const std::string& path, Dataset& dataset, const KeepGoing& keep_going) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<std::string> lines,
                         ReadRowLines(path, "data.groups.file", dataset.rows, keep_going));
  std::unordered_map<std::string, int64_t> numbers;
  for (const std::string& line : lines) {
    const auto [found, is_new] = numbers.emplace(line, static_cast<int64_t>(numbers.size()));
    dataset.groups.push_back(found->second);
    if (is_new) dataset.group_names.push_back(line);
  }
  return absl::OkStatus();
}

absl::Status GroupByOrigin(Dataset& dataset) {
  if (dataset.origins.empty()) {
    return absl::InvalidArgumentError(
        "data.groups.origin: all rows come from data.train; give data.merge too");
  }
  dataset.groups.assign(dataset.origin_of_rows.begin(), dataset.origin_of_rows.end());
  dataset.group_names = dataset.origins;
  return absl::OkStatus();
}

}  // namespace pleat
