#include "common/config/search_grid.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/conditions.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_values.h"

namespace pleat {
namespace {

constexpr uint32_t kAbsent = std::numeric_limits<uint32_t>::max();

}  // namespace

// Walks the nested loops.
class SearchGrid::Builder {
 public:
  Builder(const v1::SearchSpec& search, const Constraints& constraints)
      : search_(search),
        constraints_(constraints),
        conditions_(ConditionsOf(search)),
        order_(ConditionOrder(conditions_)),
        indexes_(search.parameters_size(), kAbsent),
        texts_(search.parameters_size()) {}

  absl::StatusOr<SearchGrid> Build() {
    if (order_.size() < indexes_.size()) {
      return absl::InvalidArgumentError("search.parameters: conditions (when) go round");
    }
    grid_.parameters_ = indexes_.size();
    PLEAT_RETURN_IF_ERROR(Vary(0));
    return std::move(grid_);
  }

 private:
  absl::Status Vary(size_t depth) {
    if (depth == order_.size()) return AddPoint();
    const int number = order_[depth];
    if (!IsPart(number)) return Vary(depth + 1);
    const v1::ParameterSpec& parameter = search_.parameters(number);
    const std::optional<uint64_t> last = LastValueIndex(parameter);
    if (!last.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          ElementPath("search.parameters", parameter.key()), ": its values cannot be counted"));
    }
    for (uint64_t i = 0; i <= *last; ++i) {
      indexes_[number] = static_cast<uint32_t>(i);
      if (!constraints_.empty()) texts_[number] = ValueOfIndex(parameter, i);
      PLEAT_RETURN_IF_ERROR(Vary(depth + 1));
    }
    indexes_[number] = kAbsent;
    texts_[number].reset();
    return absl::OkStatus();
  }

  bool IsPart(int parameter) const {
    return std::ranges::all_of(conditions_[parameter], [&](const Condition& condition) {
      return std::ranges::find(condition.values, indexes_[condition.parameter]) !=
             condition.values.end();
    });
  }

  absl::Status AddPoint() {
    if (grid_.size_ + grid_.left_out_ == kMaxGridSize) {
      return absl::InvalidArgumentError(
          absl::StrCat("the grid has more than ", kMaxGridSize,
                       " trials; give fewer values, or use method: random with max_trials"));
    }
    if (constraints_.FirstBroken(texts_).has_value()) {
      ++grid_.left_out_;
      return absl::OkStatus();
    }
    ++grid_.size_;
    grid_.indexes_.insert(grid_.indexes_.end(), indexes_.begin(), indexes_.end());
    return absl::OkStatus();
  }

  const v1::SearchSpec& search_;
  const Constraints& constraints_;
  const std::vector<std::vector<Condition>> conditions_;
  const std::vector<int> order_;
  std::vector<uint32_t> indexes_;
  ParameterTexts texts_;
  SearchGrid grid_;
};

absl::StatusOr<SearchGrid> SearchGrid::Make(const v1::SearchSpec& search,
                                            const Constraints& constraints) {
  return Builder(search, constraints).Build();
}

std::optional<uint64_t> SearchGrid::ValueIndex(uint64_t point, int parameter) const {
  const uint32_t index = indexes_[point * parameters_ + static_cast<size_t>(parameter)];
  return index == kAbsent ? std::nullopt : std::optional<uint64_t>(index);
}

}  // namespace pleat
