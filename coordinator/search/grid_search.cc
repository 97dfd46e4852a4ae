#include "coordinator/search/grid_search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr uint64_t kMostTrials = 1'000'000;

// The values of one parameter, made on demand: a range of whole numbers may be long.
uint64_t ValueCount(const v1::ParameterSpec& parameter) {
  if (parameter.has_values()) return parameter.values().value_size();
  const v1::IntRangeSpec& range = parameter.int_uniform();
  // In unsigned arithmetic, since max - min may not fit a signed number.
  const uint64_t span = static_cast<uint64_t>(range.max()) - static_cast<uint64_t>(range.min());
  return std::min(span, kMostTrials) + 1;
}

std::string ValueAt(const v1::ParameterSpec& parameter, uint64_t index) {
  if (parameter.has_values()) return parameter.values().value(static_cast<int>(index));
  return absl::StrCat(parameter.int_uniform().min() + static_cast<int64_t>(index));
}

absl::Status CheckParameter(const v1::ParameterSpec& parameter) {
  if (parameter.has_values() && parameter.values().value_size() > 0) return absl::OkStatus();
  if (parameter.has_int_uniform() &&
      parameter.int_uniform().min() <= parameter.int_uniform().max()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "search.parameters.", parameter.key(),
      ": grid search needs a list of values or a range of whole numbers; give `values: [...]`, or "
      "use `search.method: {random: {}}`"));
}

// The number of points, or kMostTrials + 1 if there are more than kMostTrials.
absl::StatusOr<uint64_t> GridSize(const v1::SearchSpec& spec) {
  uint64_t points = 1;
  for (const v1::ParameterSpec& parameter : spec.parameters()) {
    PLEAT_RETURN_IF_ERROR(CheckParameter(parameter));
    points = std::min(points * ValueCount(parameter), kMostTrials + 1);
  }
  return points;
}

class GridSearch final : public SearchMethod {
 public:
  GridSearch(v1::SearchSpec spec, uint32_t size) : spec_(std::move(spec)), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial) const override {
    Suggestion suggestion;
    suggestion.parameters.resize(spec_.parameters_size());
    uint64_t rest = trial;
    for (int i = spec_.parameters_size() - 1; i >= 0; --i) {
      const v1::ParameterSpec& parameter = spec_.parameters(i);
      const uint64_t count = ValueCount(parameter);
      suggestion.parameters[i].set_path(parameter.key());
      suggestion.parameters[i].set_value(ValueAt(parameter, rest % count));
      rest /= count;
    }
    suggestion.reason = absl::StrCat("grid search: point ", trial + 1, " of ", size_);
    return suggestion;
  }

 private:
  const v1::SearchSpec spec_;
  const uint32_t size_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeGridSearch(const v1::SearchSpec& spec) {
  PLEAT_ASSIGN_OR_RETURN(uint64_t size, GridSize(spec));
  if (spec.max_trials() > 0) size = std::min<uint64_t>(size, spec.max_trials());
  if (size > kMostTrials) {
    return absl::InvalidArgumentError(absl::StrCat("search.parameters: the grid has more than ",
                                                   kMostTrials,
                                                   " points; set search.max_trials, or use "
                                                   "`search.method: {random: {}}`"));
  }
  return std::make_unique<GridSearch>(spec, static_cast<uint32_t>(size));
}

}  // namespace pleat
