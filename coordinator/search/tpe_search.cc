#include "coordinator/search/tpe_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "coordinator/search/search_space.h"
#include "coordinator/search/tpe_sampler.h"

namespace pleat {
namespace {

// A range with more values than these, equally likely, is as good as one of reals.
constexpr uint64_t kMostCells = 1'000'000;

std::vector<TpeDimension> DimensionsOf(const SearchSpace& space) {
  std::vector<TpeDimension> dimensions;
  for (const Dimension& dimension : space.dimensions()) {
    TpeDimension& one = dimensions.emplace_back();
    one.is_category = dimension.kind == Dimension::Kind::kCategory;
    one.log_start = dimension.log_start;
    // However many values with uniform logarithms there are, the first of them take much room.
    if (dimension.last_index.has_value() &&
        (!dimension.even || *dimension.last_index < kMostCells)) {
      one.cells = *dimension.last_index + 1;
    }
  }
  return dimensions;
}

TpeTrial::Outcome OutcomeOf(const PastTrial& past) {
  switch (past.outcome) {
    case PastTrial::Outcome::kRunning:
      return TpeTrial::Outcome::kRunning;
    case PastTrial::Outcome::kFailed:
      return TpeTrial::Outcome::kFailed;
    case PastTrial::Outcome::kScored:
      break;
  }
  return std::isfinite(past.loss) ? TpeTrial::Outcome::kScored : TpeTrial::Outcome::kFailed;
}

class TpeSearch final : public SearchMethod {
 public:
  TpeSearch(SearchSpace space, const v1::SearchSpec& spec, uint32_t size)
      : space_(std::move(space)),
        dimensions_(DimensionsOf(space_)),
        settings_{.startup_trials = spec.method().tpe().startup_trials(),
                  .candidates = std::max(1u, spec.method().tpe().candidates())},
        seed_(spec.seed()),
        size_(size) {}

  uint32_t size() const override { return size_; }
  bool LearnsFor(uint32_t trial) const override { return trial >= settings_.startup_trials; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial> past) const override {
    std::vector<TpeTrial> trials;
    for (const PastTrial& one : past) {
      trials.push_back({.point = PointOf(one),
                        .outcome = OutcomeOf(one),
                        .loss = one.loss,
                        .error = std::isfinite(one.error) ? one.error : 0});
    }
    const TpeSuggestion chosen = SuggestTpe(dimensions_, trials, settings_, seed_, trial);
    std::vector<double> coordinates;
    for (const std::optional<double>& u : chosen.point) coordinates.push_back(u.value_or(0));
    return {.parameters = space_.PointAt(coordinates), .reason = ReasonOf(chosen, trial)};
  }

 private:
  // Where a trial stands; in cells exactly at their middles, by which those that have been tried
  // are known.
  TpePoint PointOf(const PastTrial& past) const {
    TpePoint point = space_.CoordinatesOf(past.parameters);
    for (size_t i = 0; i < point.size(); ++i) {
      if (point[i].has_value()) point[i] = TpeMiddle(dimensions_[i], *point[i]);
    }
    return point;
  }

  std::string ReasonOf(const TpeSuggestion& chosen, uint32_t trial) const {
    const std::string place =
        absl::StrCat("tpe search: suggestion ", trial + 1, " of ", size_, ", ");
    if (chosen.good == 0) {
      return absl::StrCat(
          place, "spread evenly, ",
          LearnsFor(trial) ? "since too few trials have a score yet" : "before it learns",
          "; seed ", seed_);
    }
    return absl::StrFormat(
        "%sthe best of %d candidates: %.3g times as dense in good trials (the best %d) as in the "
        "others (%d, of them %d without a score and %d still to count); seed %d",
        place, settings_.candidates, chosen.ratio, chosen.good, chosen.others, chosen.failed,
        chosen.running, seed_);
  }

  const SearchSpace space_;
  const std::vector<TpeDimension> dimensions_;
  const TpeSettings settings_;
  const uint64_t seed_;
  const uint32_t size_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeTpeSearch(const v1::SearchSpec& spec) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec));
  uint32_t size = spec.max_trials();
  if (space.dimensions().empty()) size = std::max(1u, size);
  if (size == 0) {
    return absl::InvalidArgumentError(
        "search.max_trials: tpe search needs a number of trials, such as 40");
  }
  return std::make_unique<TpeSearch>(std::move(space), spec, size);
}

}  // namespace pleat
