#include "worker/data/append_rows.h"

#include <algorithm>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/dataset_limits.h"

namespace pleat {
namespace {

template <typename T>
void Append(const std::vector<T>& more, std::vector<T>& values) {
  values.insert(values.end(), more.begin(), more.end());
}

void CallByNumbers(Dataset& dataset) {
  for (int64_t row = 0; row < dataset.rows; ++row) dataset.ids.push_back(absl::StrCat(row));
}

void AppendIds(Dataset& more, Dataset& dataset) {
  if (more.ids.empty() && dataset.ids.empty()) return;
  if (more.ids.empty()) CallByNumbers(more);
  if (dataset.ids.empty()) CallByNumbers(dataset);
  Append(more.ids, dataset.ids);
}

// The number in `dataset` of each group of `more`.
std::vector<int64_t> JoinGroupNames(const Dataset& more, Dataset& dataset) {
  std::unordered_map<std::string, int64_t> numbers;
  for (const std::string& name : dataset.group_names) {
    numbers.emplace(name, static_cast<int64_t>(numbers.size()));
  }
  std::vector<int64_t> joined;
  for (const std::string& name : more.group_names) {
    const auto [found, is_new] = numbers.emplace(name, static_cast<int64_t>(numbers.size()));
    if (is_new) dataset.group_names.push_back(name);
    joined.push_back(found->second);
  }
  return joined;
}

void AppendGroups(const Dataset& more, Dataset& dataset) {
  if (more.groups.empty()) return;
  if (!more.group_names.empty()) {
    const std::vector<int64_t> joined = JoinGroupNames(more, dataset);
    for (const int64_t group : more.groups) dataset.groups.push_back(joined[group]);
    return;
  }
  const int64_t first_free = *std::max_element(dataset.groups.begin(), dataset.groups.end()) + 1;
  for (const int64_t group : more.groups) dataset.groups.push_back(first_free + group);
}

void AppendOrigin(const std::string& name, int64_t rows, Dataset& dataset) {
  if (dataset.origins.empty()) {
    dataset.origins.push_back("train");
    dataset.origin_of_rows.assign(dataset.rows, 0);
  }
  dataset.origin_of_rows.resize(dataset.origin_of_rows.size() + rows,
                                static_cast<int32_t>(dataset.origins.size()));
  dataset.origins.push_back(name);
}

}  // namespace

absl::Status AppendRows(const std::string& name, Dataset more, Dataset& dataset) {
  PLEAT_RETURN_IF_ERROR(CheckDatasetFits(absl::StrCat("data.train and data.merge[", name, "]"),
                                         dataset.rows + more.rows,
                                         dataset.height * dataset.width * dataset.channels));
  Append(more.pixels, dataset.pixels);
  Append(more.labels, dataset.labels);
  AppendIds(more, dataset);
  AppendGroups(more, dataset);
  AppendOrigin(name, more.rows, dataset);
  Append(more.predefined_folds, dataset.predefined_folds);
  dataset.rows += more.rows;
  return absl::OkStatus();
}

}  // namespace pleat
