#include "coordinator/search/learning_search.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "coordinator/search/enqueued_trials.h"
#include "coordinator/search/random_search.h"
#include "coordinator/search/search_space.h"
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
constexpr uint32_t kMostStartupTrials = 10'000;  // as in proto/sweep.proto

// The first trials of a space that needs a plan: those of the startup, of which `earlier` trials of
// other sweeps stand for some, and those by hand.
uint32_t PlannedTrials(const v1::SearchSpec& spec, uint32_t startup, size_t earlier) {
  const auto spared = static_cast<uint32_t>(std::min<size_t>(earlier, startup));
  return std::max<uint32_t>(startup - spared, spec.enqueue_size());
}

std::vector<CubeDimension> DimensionsOf(const SearchSpace& space) {
  std::vector<CubeDimension> dimensions;
  for (const Dimension& dimension : space.dimensions()) {
    CubeDimension& one = dimensions.emplace_back();
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

CubeTrial::Outcome OutcomeOf(const PastTrial& past) {
  switch (past.outcome) {
    case PastTrial::Outcome::kRunning:
      return CubeTrial::Outcome::kRunning;
    case PastTrial::Outcome::kFailed:
      return CubeTrial::Outcome::kFailed;
    case PastTrial::Outcome::kScored:
      break;
  }
  return std::isfinite(past.loss) ? CubeTrial::Outcome::kScored : CubeTrial::Outcome::kFailed;
}

class LearningSearch final : public SearchMethod {
 public:
  // `plan`: of the first trials; none: the space needs none.
  LearningSearch(const std::string& name, uint32_t startup_trials, CubeSampler sampler,
                 SearchSpace space, std::optional<TrialPlan> plan, const v1::SearchSpec& spec,
                 uint32_t size, std::span<const PastTrial> earlier)
      : name_(name),
        startup_trials_(startup_trials),
        sampler_(std::move(sampler)),
        space_(std::move(space)),
        dimensions_(DimensionsOf(space_)),
        plan_(std::move(plan)),
        planned_(PlannedTrials(spec, startup_trials, earlier.size())),
        seed_(spec.seed()),
        size_(size) {
    for (const PastTrial& trial : earlier) {
      earlier_.push_back(TrialOf(trial));
      earlier_.back().is_earlier = true;
    }
  }

  uint32_t size() const override { return size_; }
  bool LearnsFor(uint32_t trial) const override {
    return trial + earlier_.size() >= startup_trials_ && !IsPlanned(trial);
  }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial> past) const override {
    if (IsPlanned(trial)) return plan_->TrialAt(trial, ReasonOf(trial, ""));
    std::vector<CubeTrial> trials = earlier_;
    for (const PastTrial& one : past) trials.push_back(TrialOf(one));
    std::unordered_set<std::string> tried;
    for (const PastTrial& one : past) tried.insert(TextOfPoint(one.parameters));
    const auto is_useful = [&](const std::vector<std::string>& values) {
      return (!plan_ || space_.Keeps(values)) &&
             !tried.contains(TextOfPoint(space_.PointOf(values)));
    };
    const CubeFilter may_be = [&](const CubePoint& point) { return is_useful(ValuesAt(point)); };
    const LearnedPoint chosen = sampler_(dimensions_, trials, seed_, trial, may_be);
    const std::vector<std::string> values = ValuesAt(chosen.point);
    if (is_useful(values)) {
      return {.parameters = space_.PointOf(values), .reason = ReasonOf(trial, chosen.reason)};
    }
    return {.parameters = space_.PointOf(Replacement(trial, is_useful)),
            .reason = absl::StrCat(Place(trial),
                                   "at random, since no candidate is new and keeps the "
                                   "constraints; seed ",
                                   seed_)};
  }

 private:
  bool IsPlanned(uint32_t trial) const {
    return plan_.has_value() && trial < std::min(planned_, plan_->size());
  }

  CubeTrial TrialOf(const PastTrial& past) const {
    return {.point = PointOf(past),
            .outcome = OutcomeOf(past),
            .loss = past.loss,
            .error = std::isfinite(past.error) ? past.error : 0};
  }

  std::vector<std::string> ValuesAt(const CubePoint& point) const {
    std::vector<double> coordinates;
    for (const std::optional<double>& u : point) coordinates.push_back(u.value_or(0));
    return space_.ValuesAt(coordinates);
  }

  // Values that are new and keep the constraints: a random draw, or else the first on the grid. If
  // there are none, those of the first trial.
  std::vector<std::string> Replacement(
      uint32_t trial, const std::function<bool(const std::vector<std::string>&)>& is_useful) const {
    for (uint32_t i = 0; i < kMostReplacements; ++i) {
      std::vector<std::string> values =
          RandomValues(space_, seed_, trial, kReplacements + i * kMostDimensions);
      if (is_useful(values)) return values;
    }
    const uint64_t points = space_.grid() == nullptr ? 0 : space_.grid()->size();
    for (uint64_t point = 0; point < points; ++point) {
      std::vector<std::string> values = space_.ValuesOnGrid(point);
      if (is_useful(values)) return values;
    }
    return plan_ ? plan_->ValuesAt(0) : RandomValues(space_, seed_, trial, kReplacements);
  }

  // Where a trial stands; in cells exactly at their middles, by which those that have been tried
  // are known.
  CubePoint PointOf(const PastTrial& past) const {
    CubePoint point = space_.CoordinatesOf(past.parameters);
    for (size_t i = 0; i < point.size(); ++i) {
      if (point[i].has_value()) point[i] = CubeMiddle(dimensions_[i], *point[i]);
    }
    return point;
  }

  std::string Place(uint32_t trial) const {
    return absl::StrCat(name_, " search: suggestion ", trial + 1, " of ", size_, ", ");
  }

  // `learned`: the sampler's reason; empty: it is a point of the startup.
  std::string ReasonOf(uint32_t trial, const std::string& learned) const {
    if (!learned.empty()) return absl::StrCat(Place(trial), learned, "; seed ", seed_);
    return absl::StrCat(
        Place(trial), "spread evenly, ",
        LearnsFor(trial) ? "since too few trials have a score yet" : "before it learns", "; seed ",
        seed_);
  }

  const std::string name_;
  const uint32_t startup_trials_;
  const CubeSampler sampler_;
  const SearchSpace space_;
  const std::vector<CubeDimension> dimensions_;
  const std::optional<TrialPlan> plan_;
  const uint32_t planned_;  // trials that are taken from the plan
  std::vector<CubeTrial> earlier_;
  const uint64_t seed_;
  const uint32_t size_;
};

// The points of the startup, and then random ones.
TrialPlan::Draw StartupDraw(const SearchSpace& space, uint32_t startup_trials, uint64_t seed) {
  const uint32_t startup = std::max(1u, startup_trials);
  return [space, dimensions = DimensionsOf(space), seed, startup](uint32_t number) {
    if (number >= startup) return RandomValues(space, seed, number, kPlanned);
    std::vector<double> coordinates;
    for (const auto& u : StartupPoint(dimensions, startup, seed, number)) {
      coordinates.push_back(u.value_or(0));
    }
    return space.ValuesAt(coordinates);
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeLearningSearch(
    const std::string& name, uint32_t startup_trials, CubeSampler sampler,
    const v1::SearchSpec& spec, Constraints constraints, std::span<const PastTrial> earlier) {
  // A checked spec has no more; one of a journal need not be checked, and each startup point takes
  // memory for all.
  if (startup_trials > kMostStartupTrials) {
    return absl::InvalidArgumentError(absl::StrCat("search.method.", name, ".startup_trials is ",
                                                   startup_trials, "; at most ", kMostStartupTrials,
                                                   " are possible"));
  }
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec, std::move(constraints)));
  const uint32_t most = MostTrials(space, spec);
  if (most == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("search.max_trials: ", name, " search needs a number of trials, such as 40"));
  }
  if (!space.NeedsPlan()) {
    return WithEnqueuedTrials(
        std::make_unique<LearningSearch>(name, startup_trials, std::move(sampler), std::move(space),
                                         std::nullopt, spec, most, earlier),
        spec);
  }
  // One at least: the plan also says whether anything keeps the constraints.
  const uint32_t first = std::max(1u, PlannedTrials(spec, startup_trials, earlier.size()));
  PLEAT_ASSIGN_OR_RETURN(TrialPlan plan,
                         TrialPlan::Make(space, spec, std::min(first, most), kEndlessDraws,
                                         StartupDraw(space, startup_trials, spec.seed())));
  return std::make_unique<LearningSearch>(name, startup_trials, std::move(sampler),
                                          std::move(space), std::move(plan), spec, most, earlier);
}

}  // namespace pleat
