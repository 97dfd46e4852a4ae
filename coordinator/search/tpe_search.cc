#include "coordinator/search/tpe_search.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "coordinator/search/enqueued_trials.h"
#include "coordinator/search/random_search.h"
#include "coordinator/search/search_space.h"
#include "coordinator/search/tpe_sampler.h"
#include "coordinator/search/trial_plan.h"

namespace pleat {
namespace {

// A range with more values than these, equally likely, is as good as one of reals.
constexpr uint64_t kMostCells = 1'000'000;

// Streams of a trial's draws that no sampler has: of the plan's random draws, and of those that
// replace a suggestion.
constexpr uint32_t kPlanned = 4'000'000;
constexpr uint32_t kReplacements = 5'000'000;
constexpr uint32_t kMostReplacements = 1'000;
constexpr uint32_t kMostDimensions = 256;

TpeSettings SettingsOf(const v1::SearchSpec& spec) {
  return {.startup_trials = spec.method().tpe().startup_trials(),
          .candidates = std::max(1u, spec.method().tpe().candidates())};
}

// The first trials of a space that needs a plan: those of the startup, of which `earlier` trials of
// other sweeps stand for some, and those by hand.
uint32_t PlannedTrials(const v1::SearchSpec& spec, size_t earlier) {
  const uint32_t startup = SettingsOf(spec).startup_trials;
  const auto spared = static_cast<uint32_t>(std::min<size_t>(earlier, startup));
  return std::max<uint32_t>(startup - spared, spec.enqueue_size());
}

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
    for (const Condition& condition : dimension.conditions) {
      one.parents.push_back(
          {.dimension = static_cast<size_t>(condition.parameter), .cells = condition.values});
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
  // `plan`: of the first trials; none: the space needs none.
  TpeSearch(SearchSpace space, std::optional<TrialPlan> plan, const v1::SearchSpec& spec,
            uint32_t size, std::span<const PastTrial> earlier)
      : space_(std::move(space)),
        dimensions_(DimensionsOf(space_)),
        plan_(std::move(plan)),
        planned_(PlannedTrials(spec, earlier.size())),
        settings_(SettingsOf(spec)),
        seed_(spec.seed()),
        size_(size) {
    for (const PastTrial& trial : earlier) {
      earlier_.push_back(TrialOf(trial));
      earlier_.back().is_earlier = true;
    }
  }

  uint32_t size() const override { return size_; }
  bool LearnsFor(uint32_t trial) const override {
    return trial + earlier_.size() >= settings_.startup_trials && !IsPlanned(trial);
  }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial> past) const override {
    if (IsPlanned(trial)) return plan_->TrialAt(trial, ReasonOf({}, trial));
    std::vector<TpeTrial> trials = earlier_;
    for (const PastTrial& one : past) trials.push_back(TrialOf(one));
    TpeFilter may_be;
    if (plan_) may_be = [this](const TpePoint& point) { return space_.Keeps(ValuesAt(point)); };
    const TpeSuggestion chosen = SuggestTpe(dimensions_, trials, settings_, seed_, trial, may_be);
    const std::vector<std::string> values = ValuesAt(chosen.point);
    if (!plan_.has_value() || (space_.Keeps(values) && IsNew(values, past))) {
      return {.parameters = space_.PointOf(values), .reason = ReasonOf(chosen, trial)};
    }
    return {.parameters = space_.PointOf(Replacement(trial, past)),
            .reason = absl::StrCat("tpe search: suggestion ", trial + 1, " of ", size_,
                                   ", at random, since no candidate is new and keeps the "
                                   "constraints; seed ",
                                   seed_)};
  }

 private:
  bool IsPlanned(uint32_t trial) const {
    return plan_.has_value() && trial < std::min(planned_, plan_->size());
  }

  TpeTrial TrialOf(const PastTrial& past) const {
    return {.point = PointOf(past),
            .outcome = OutcomeOf(past),
            .loss = past.loss,
            .error = std::isfinite(past.error) ? past.error : 0};
  }

  std::vector<std::string> ValuesAt(const TpePoint& point) const {
    std::vector<double> coordinates;
    for (const std::optional<double>& u : point) coordinates.push_back(u.value_or(0));
    return space_.ValuesAt(coordinates);
  }

  bool IsNew(const std::vector<std::string>& values, std::span<const PastTrial> past) const {
    const std::vector<v1::ParameterValue> point = space_.PointOf(values);
    const auto is_same = [](const v1::ParameterValue& a, const v1::ParameterValue& b) {
      return a.path() == b.path() && a.value() == b.value();
    };
    return std::ranges::none_of(past, [&](const PastTrial& trial) {
      return std::ranges::equal(point, trial.parameters, is_same);
    });
  }

  // Values that are new and keep the constraints: a random draw, or else the first on the grid. If
  // there are none, those of the first trial.
  std::vector<std::string> Replacement(uint32_t trial, std::span<const PastTrial> past) const {
    for (uint32_t i = 0; i < kMostReplacements; ++i) {
      std::vector<std::string> values =
          RandomValues(space_, seed_, trial, kReplacements + i * kMostDimensions);
      if (space_.Keeps(values) && IsNew(values, past)) return values;
    }
    const uint64_t points = space_.grid() == nullptr ? 0 : space_.grid()->size();
    for (uint64_t point = 0; point < points; ++point) {
      std::vector<std::string> values = space_.ValuesOnGrid(point);
      if (IsNew(values, past)) return values;
    }
    return plan_->ValuesAt(0);
  }

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
        "others (%d, of them %d without a score and %d still to count)%s; seed %d",
        place, settings_.candidates, chosen.ratio, chosen.good, chosen.others, chosen.failed,
        chosen.running,
        earlier_.empty() ? "" : absl::StrCat(", ", earlier_.size(), " of them of earlier sweeps"),
        seed_);
  }

  const SearchSpace space_;
  const std::vector<TpeDimension> dimensions_;
  const std::optional<TrialPlan> plan_;
  const uint32_t planned_;  // trials that are taken from the plan
  std::vector<TpeTrial> earlier_;
  const TpeSettings settings_;
  const uint64_t seed_;
  const uint32_t size_;
};

// The points of the startup, and then random ones.
TrialPlan::Draw StartupDraw(const SearchSpace& space, const v1::SearchSpec& spec) {
  const uint32_t startup = std::max(1u, SettingsOf(spec).startup_trials);
  return [space, dimensions = DimensionsOf(space), seed = spec.seed(), startup](uint32_t number) {
    if (number >= startup) return RandomValues(space, seed, number, kPlanned);
    std::vector<double> coordinates;
    for (const auto& u : TpeStartupPoint(dimensions, startup, seed, number)) {
      coordinates.push_back(u.value_or(0));
    }
    return space.ValuesAt(coordinates);
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeTpeSearch(const v1::SearchSpec& spec,
                                                            Constraints constraints,
                                                            std::span<const PastTrial> earlier) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec, std::move(constraints)));
  const uint32_t most = MostTrials(space, spec);
  if (most == 0) {
    return absl::InvalidArgumentError(
        "search.max_trials: tpe search needs a number of trials, such as 40");
  }
  if (!space.NeedsPlan()) {
    return WithEnqueuedTrials(
        std::make_unique<TpeSearch>(std::move(space), std::nullopt, spec, most, earlier), spec);
  }
  // One at least: the plan also says whether anything keeps the constraints.
  const uint32_t first = std::max(1u, PlannedTrials(spec, earlier.size()));
  PLEAT_ASSIGN_OR_RETURN(TrialPlan plan, TrialPlan::Make(space, spec, std::min(first, most),
                                                         kEndlessDraws, StartupDraw(space, spec)));
  return std::make_unique<TpeSearch>(std::move(space), std::move(plan), spec, most, earlier);
}

}  // namespace pleat
