#include "coordinator/search/gp_search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "coordinator/search/gp_sampler.h"
#include "coordinator/search/learning_search.h"

namespace pleat {
namespace {

std::string GpReason(const GpSuggestion& chosen, size_t earlier) {
  if (!chosen.problem.ok()) {
    return absl::StrCat("at random, since ", std::string(chosen.problem.message()));
  }
  if (chosen.trials == 0) return "";
  return absl::StrFormat(
      "the highest expected improvement, %.3g on the best so far (%.4g): predicted loss %.4g +- "
      "%.2g, by a Gaussian process of %d trials (%d without a score, %d still to count)%s",
      chosen.improvement, chosen.best, chosen.loss, chosen.deviation, chosen.trials, chosen.failed,
      chosen.running, earlier == 0 ? "" : absl::StrCat(", with ", earlier, " of earlier sweeps"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeGpSearch(const v1::SearchSpec& spec,
                                                           Constraints constraints,
                                                           std::span<const PastTrial> earlier) {
  const GpSettings settings = {.startup_trials = spec.method().gp().startup_trials()};
  const auto sampler = [settings](std::span<const CubeDimension> dimensions,
                                  std::span<const CubeTrial> trials, uint64_t seed, uint32_t trial,
                                  const CubeFilter& may_be) -> LearnedPoint {
    GpSuggestion chosen = SuggestGp(dimensions, trials, settings, seed, trial, may_be);
    const auto from_earlier =
        static_cast<size_t>(std::ranges::count_if(trials, &CubeTrial::is_earlier));
    std::string reason = GpReason(chosen, from_earlier);
    return {std::move(chosen.point), std::move(reason)};
  };
  return MakeLearningSearch("gp", settings.startup_trials, sampler, spec, std::move(constraints),
                            earlier);
}

}  // namespace pleat
