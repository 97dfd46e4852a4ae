#include "coordinator/search/external_search.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/config/enqueued_check.h"
#include "coordinator/search/search_space.h"

namespace pleat {
namespace {

absl::StatusOr<v1::EnqueuedTrialSpec> TrialOf(const std::vector<v1::ParameterValue>& values) {
  v1::EnqueuedTrialSpec trial;
  std::set<std::string> seen;
  for (const v1::ParameterValue& value : values) {
    if (!seen.insert(value.path()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("parameters: ", value.path(), " has two values; give one"));
    }
    v1::GivenValueSpec& given = *trial.add_values();
    given.set_key(value.path());
    given.set_value(value.value());
  }
  return trial;
}

class ExternalSearch final : public SearchMethod {
 public:
  ExternalSearch(v1::SweepSpec spec, SearchSpace space, Constraints constraints)
      : spec_(std::move(spec)), space_(std::move(space)), constraints_(std::move(constraints)) {}

  uint32_t size() const override { return spec_.search().max_trials(); }

  Suggestion Suggest(uint32_t, std::span<const PastTrial>) const override {
    Log(LogLevel::kError, "an external search was asked for a trial");
    std::abort();
  }

  absl::StatusOr<std::vector<v1::ParameterValue>> Take(
      const std::vector<v1::ParameterValue>& values) const override {
    PLEAT_ASSIGN_OR_RETURN(const v1::EnqueuedTrialSpec trial, TrialOf(values));
    std::vector<Problem> problems;
    CheckTrialByHand(spec_, constraints_, trial, "parameters", &problems);
    if (!problems.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(problems.front().path, ": ", problems.front().message));
    }
    return PointOf(values);
  }

 private:
  // The values are ones that their parameters take.
  absl::StatusOr<std::vector<v1::ParameterValue>> PointOf(
      const std::vector<v1::ParameterValue>& given) const {
    std::vector<std::string> values;
    std::set<std::string> missing;
    for (size_t i = 0; i < space_.dimensions().size(); ++i) {
      const Dimension& dimension = space_.dimensions()[i];
      const auto found = std::ranges::find_if(
          given, [&](const auto& one) { return one.path() == dimension.path; });
      const bool is_given = found != given.end();
      if (!is_given && dimension.last_index != 0) missing.insert(dimension.path);
      values.push_back(is_given ? space_.Listed(i, found->value()) : space_.ValueAt(i, 0));
    }
    std::vector<v1::ParameterValue> point = space_.PointOf(values);
    for (const v1::ParameterValue& value : point) {
      if (!missing.contains(value.path())) continue;
      return absl::InvalidArgumentError(absl::StrCat("parameters: ", value.path(),
                                                     " has no value; give one to each parameter ",
                                                     "that is part of the trial"));
    }
    if (space_.Keeps(values)) return point;
    return absl::InvalidArgumentError("parameters: break search.constraints; change them");
  }

  const v1::SweepSpec spec_;
  const SearchSpace space_;
  const Constraints constraints_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeExternalSearch(const v1::SweepSpec& spec,
                                                                 Constraints constraints) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec.search(), constraints));
  return std::make_unique<ExternalSearch>(spec, std::move(space), std::move(constraints));
}

}  // namespace pleat
