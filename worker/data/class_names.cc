#include "worker/data/class_names.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "worker/data/dataset_limits.h"

namespace pleat {
namespace {

// The label of a class in the training rows, found by its name.
class ClassFinder {
 public:
  explicit ClassFinder(const std::vector<std::string>& class_names) : class_names_(class_names) {
    for (const std::string& name : class_names) {
      const auto label = static_cast<int64_t>(labels_.size());
      labels_.emplace(name, label);
      const absl::StatusOr<int64_t> number = ParseNumber(name);
      if (!number.ok()) continue;
      const auto [entry, is_new] = labels_of_numbers_.emplace(*number, label);
      if (!is_new) entry->second = std::nullopt;
    }
  }

  absl::StatusOr<int64_t> Find(const std::string& name) const {
    if (class_names_.empty()) return ParseNumber(name);
    const auto found = labels_.find(name);
    if (found != labels_.end()) return found->second;
    const absl::StatusOr<int64_t> number = ParseNumber(name);
    const auto of_number =
        number.ok() ? labels_of_numbers_.find(*number) : labels_of_numbers_.end();
    if (of_number != labels_of_numbers_.end() && of_number->second) return *of_number->second;
    return absl::InvalidArgumentError(absl::StrCat("its class '", name,
                                                   "' is none of the training rows' (", Summary(),
                                                   "); rename it, or leave its rows out"));
  }

 private:
  static absl::StatusOr<int64_t> ParseNumber(const std::string& name) {
    int64_t number = 0;
    if (absl::SimpleAtoi(name, &number) && number >= 0 && number < kMaxClasses) return number;
    return absl::InvalidArgumentError(
        absl::StrCat("its class '", name,
                     "' has a name, but those of the training rows are numbers; name its folder by "
                     "the number of the class"));
  }

  std::string Summary() const {
    constexpr size_t kShown = 8;
    const size_t shown = std::min(kShown, class_names_.size());
    return absl::StrCat(absl::StrJoin(class_names_.begin(),
                                      class_names_.begin() + static_cast<int64_t>(shown), ", "),
                        shown < class_names_.size() ? ", …" : "");
  }

  const std::vector<std::string>& class_names_;
  std::unordered_map<std::string, int64_t> labels_;
  // Of names such as "07"; nothing if two classes have one number.
  std::unordered_map<int64_t, std::optional<int64_t>> labels_of_numbers_;
};

}  // namespace

std::string ClassName(const std::vector<std::string>& class_names, int64_t label) {
  return class_names.empty() ? absl::StrCat(label) : class_names[static_cast<size_t>(label)];
}

absl::Status MatchClasses(const std::vector<std::string>& class_names, Dataset& dataset) {
  if (dataset.labels.empty() || dataset.class_names == class_names) return absl::OkStatus();
  const ClassFinder finder(class_names);
  const int64_t largest = *std::max_element(dataset.labels.begin(), dataset.labels.end());
  std::vector<std::optional<int64_t>> numbers(static_cast<size_t>(largest) + 1);
  for (int64_t& label : dataset.labels) {
    std::optional<int64_t>& number = numbers[static_cast<size_t>(label)];
    if (!number) {
      PLEAT_ASSIGN_OR_RETURN(number, finder.Find(ClassName(dataset.class_names, label)));
    }
    label = *number;
  }
  dataset.class_names = class_names;
  return absl::OkStatus();
}

}  // namespace pleat
