#include "coordinator/search/trial_plan.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "coordinator/search/enqueued_trials.h"

namespace pleat {
namespace {

// Draws in a row without a trial after which the space counts as exhausted.
constexpr uint32_t kMostMisses = 10'000;
// However large a search is, this bounds the time that planning it takes.
constexpr uint32_t kMostDraws = 10'000'000;

class PlannedSearch final : public SearchMethod {
 public:
  PlannedSearch(TrialPlan plan, std::function<std::string(uint32_t, uint32_t)> reason)
      : plan_(std::move(plan)), reason_(std::move(reason)) {}

  uint32_t size() const override { return plan_.size(); }
  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    return plan_.TrialAt(trial, reason_(trial, size()));
  }

 private:
  const TrialPlan plan_;
  const std::function<std::string(uint32_t, uint32_t)> reason_;
};

}  // namespace

std::string TextOfPoint(const std::vector<v1::ParameterValue>& point) {
  std::string text;
  for (const v1::ParameterValue& value : point) {
    absl::StrAppend(&text, value.path(), "=", value.value(), "\n");
  }
  return text;
}

uint32_t MostTrials(const SearchSpace& space, const v1::SearchSpec& spec) {
  if (space.dimensions().empty()) return 1;
  if (space.grid() == nullptr) return spec.max_trials();
  const uint64_t distinct = std::max<uint64_t>(space.grid()->size(), spec.enqueue_size());
  return static_cast<uint32_t>(std::min<uint64_t>(distinct, spec.max_trials()));
}

TrialPlan::TrialPlan(SearchSpace space, const v1::SearchSpec& spec, Draw draw)
    : space_(std::move(space)),
      enqueued_(spec.enqueue().begin(), spec.enqueue().end()),
      draw_(std::move(draw)) {}

absl::StatusOr<TrialPlan> TrialPlan::Make(SearchSpace space, const v1::SearchSpec& spec,
                                          uint32_t most, uint32_t draws, Draw draw) {
  TrialPlan plan(std::move(space), spec, std::move(draw));
  PLEAT_RETURN_IF_ERROR(plan.AddDraws(most, draws));
  plan.AddRestOfGrid(most);
  return plan;
}

absl::Status TrialPlan::AddDraws(uint32_t most, uint32_t draws) {
  std::unordered_set<std::string> seen;
  uint32_t misses = 0;
  for (uint32_t number = 0; number < std::min(draws, kMostDraws); ++number) {
    if (size() == most || misses == kMostMisses) break;
    const std::vector<std::string> values = ValuesOf(size(), {.number = number});
    const bool is_by_hand = size() < enqueued_.size();
    const bool is_new =
        space_.Keeps(values) && seen.insert(TextOfPoint(space_.PointOf(values))).second;
    // What was asked for by hand is tried, be it twice.
    if (is_new || (is_by_hand && space_.Keeps(values))) {
      sources_.push_back({.number = number});
      misses = 0;
    } else {
      ++misses;
    }
  }
  const size_t needed = std::min<size_t>(most, std::max<size_t>(1, enqueued_.size()));
  return size() < needed ? NothingFits() : absl::OkStatus();
}

void TrialPlan::AddRestOfGrid(uint32_t most) {
  if (space_.grid() == nullptr || size() == most) return;
  std::unordered_set<std::string> seen;
  for (uint32_t trial = 0; trial < size(); ++trial) {
    seen.insert(TextOfPoint(space_.PointOf(ValuesOf(trial, sources_[trial]))));
  }
  for (uint32_t point = 0; point < space_.grid()->size() && size() < most; ++point) {
    const std::string text = TextOfPoint(space_.PointOf(space_.ValuesOnGrid(point)));
    if (seen.insert(text).second) sources_.push_back({.number = point, .is_on_grid = true});
  }
}

std::vector<std::string> TrialPlan::ValuesOf(uint32_t trial, Source source) const {
  std::vector<std::string> values =
      source.is_on_grid ? space_.ValuesOnGrid(source.number) : draw_(source.number);
  if (trial >= enqueued_.size()) return values;
  for (size_t i = 0; i < values.size(); ++i) {
    for (const v1::GivenValueSpec& given : enqueued_[trial].values()) {
      if (given.key() == space_.dimensions()[i].path) values[i] = space_.Listed(i, given.value());
    }
  }
  return values;
}

absl::Status TrialPlan::NothingFits() const {
  if (size() < enqueued_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("search.enqueue[", size(), "]: with what it names, none of ", kMostMisses,
                     " draws keeps search.constraints; change it, or loosen them"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("search.constraints: none of ", kMostMisses,
                   " draws keeps them, so the space seems to be empty; loosen them"));
}

Suggestion TrialPlan::TrialAt(uint32_t trial, const std::string& method_reason) const {
  const Source source = sources_[trial];
  Suggestion suggestion = {space_.PointOf(ValuesOf(trial, source)), method_reason};
  if (source.is_on_grid) {
    absl::StrAppend(&suggestion.reason, ", the next that is left of the space's grid");
  } else if (source.number != trial) {
    absl::StrAppend(&suggestion.reason, ", number ", source.number + 1,
                    " in a row without those that repeat a trial or break a constraint");
  }
  if (trial >= enqueued_.size()) return suggestion;
  const auto& given = enqueued_[trial].values();
  const bool is_complete = std::ranges::all_of(space_.dimensions(), [&](const Dimension& one) {
    const auto has_path = [&](const auto& value) { return value.path() == one.path; };
    return std::ranges::none_of(suggestion.parameters, has_path) ||
           std::ranges::any_of(given, [&](const auto& value) { return value.key() == one.path; });
  });
  suggestion.reason = ReasonByHand(trial, is_complete, suggestion.reason);
  return suggestion;
}

std::unique_ptr<SearchMethod> MakePlannedSearch(
    TrialPlan plan, std::function<std::string(uint32_t trial, uint32_t size)> reason) {
  return std::make_unique<PlannedSearch>(std::move(plan), std::move(reason));
}

}  // namespace pleat
