#include "coordinator/search/grid_search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "coordinator/search/search_space.h"

namespace pleat {
namespace {

constexpr uint64_t kMostTrials = 1'000'000;

// The number of points, or kMostTrials + 1 if there are more than kMostTrials.
absl::StatusOr<uint64_t> GridSize(const SearchSpace& space) {
  uint64_t points = 1;
  for (const Dimension& dimension : space.dimensions()) {
    if (!dimension.last_index.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "search.parameters.", dimension.path,
          ": grid search needs values that can be counted; give a step, `values: [...]`, or use "
          "`search.method: {random: {}}`"));
    }
    points = std::min(points * (std::min(*dimension.last_index, kMostTrials) + 1), kMostTrials + 1);
  }
  return points;
}

class GridSearch final : public SearchMethod {
 public:
  GridSearch(SearchSpace space, uint32_t size) : space_(std::move(space)), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    Suggestion suggestion;
    suggestion.parameters.resize(space_.dimensions().size());
    uint64_t rest = trial;
    for (size_t i = space_.dimensions().size(); i-- > 0;) {
      const Dimension& dimension = space_.dimensions()[i];
      // No trial's number reaches the later values of a longer range.
      const uint64_t count = std::min(*dimension.last_index, kMostTrials) + 1;
      suggestion.parameters[i].set_path(dimension.path);
      suggestion.parameters[i].set_value(space_.ValueOfIndex(i, rest % count));
      rest /= count;
    }
    suggestion.reason = absl::StrCat("grid search: point ", trial + 1, " of ", size_);
    return suggestion;
  }

 private:
  const SearchSpace space_;
  const uint32_t size_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeGridSearch(const v1::SearchSpec& spec) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec));
  PLEAT_ASSIGN_OR_RETURN(uint64_t size, GridSize(space));
  if (spec.max_trials() > 0) size = std::min<uint64_t>(size, spec.max_trials());
  if (size > kMostTrials) {
    return absl::InvalidArgumentError(absl::StrCat("search.parameters: the grid has more than ",
                                                   kMostTrials,
                                                   " points; set search.max_trials, or use "
                                                   "`search.method: {random: {}}`"));
  }
  return std::make_unique<GridSearch>(std::move(space), static_cast<uint32_t>(size));
}

}  // namespace pleat
