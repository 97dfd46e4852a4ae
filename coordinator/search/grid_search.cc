#include "coordinator/search/grid_search.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "coordinator/search/enqueued_trials.h"
#include "coordinator/search/search_space.h"
#include "coordinator/search/trial_plan.h"

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

std::string GridReason(uint32_t trial, uint32_t size) {
  return absl::StrCat("grid search: point ", trial + 1, " of ", size);
}

class GridSearch final : public SearchMethod {
 public:
  GridSearch(SearchSpace space, uint32_t size) : space_(std::move(space)), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    std::vector<std::string> values(space_.dimensions().size());
    uint64_t rest = trial;
    for (size_t i = values.size(); i-- > 0;) {
      // No trial's number reaches the later values of a longer range.
      const uint64_t count = std::min(*space_.dimensions()[i].last_index, kMostTrials) + 1;
      values[i] = space_.ValueOfIndex(i, rest % count);
      rest /= count;
    }
    return {space_.PointOf(values), GridReason(trial, size_)};
  }

 private:
  const SearchSpace space_;
  const uint32_t size_;
};

// Not every combination is a trial, so they are looked up.
class FilteredGridSearch final : public SearchMethod {
 public:
  FilteredGridSearch(SearchSpace space, TrialPlan by_hand, uint32_t size)
      : space_(std::move(space)), by_hand_(std::move(by_hand)), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    if (trial < by_hand_.size()) return by_hand_.TrialAt(trial, "grid search");
    const uint32_t point = trial - by_hand_.size();
    return {space_.PointOf(space_.ValuesOnGrid(point)), GridReason(point, size_ - by_hand_.size())};
  }

 private:
  const SearchSpace space_;
  const TrialPlan by_hand_;
  const uint32_t size_;
};

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeFilteredGridSearch(SearchSpace space,
                                                                     const v1::SearchSpec& spec) {
  const auto most = static_cast<uint32_t>(space.grid()->size());
  const auto draw = [space, most](uint32_t number) { return space.ValuesOnGrid(number % most); };
  const auto enqueued = static_cast<uint32_t>(spec.enqueue_size());
  PLEAT_ASSIGN_OR_RETURN(TrialPlan by_hand,
                         TrialPlan::Make(space, spec, enqueued, kEndlessDraws, draw));
  uint32_t size = most + enqueued;
  if (spec.max_trials() > 0) size = std::min(size, spec.max_trials());
  return std::make_unique<FilteredGridSearch>(std::move(space), std::move(by_hand), size);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeGridSearch(const v1::SearchSpec& spec,
                                                             Constraints constraints) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec, std::move(constraints)));
  PLEAT_ASSIGN_OR_RETURN(uint64_t size, GridSize(space));
  if (!space.IsPlain() && space.grid() != nullptr) {
    return MakeFilteredGridSearch(std::move(space), spec);
  }
  if (spec.max_trials() > 0 && space.IsPlain()) {
    size = std::min<uint64_t>(size, spec.max_trials());
  }
  if (size > kMostTrials || !space.IsPlain()) {
    return absl::InvalidArgumentError(absl::StrCat("search.parameters: the grid has more than ",
                                                   kMostTrials,
                                                   " points; set search.max_trials, or use "
                                                   "`search.method: {random: {}}`"));
  }
  return WithEnqueuedTrials(
      std::make_unique<GridSearch>(std::move(space), static_cast<uint32_t>(size)), spec);
}

}  // namespace pleat
