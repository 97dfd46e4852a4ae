#include "coordinator/search/tpe_search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "coordinator/search/learning_search.h"
#include "coordinator/search/tpe_sampler.h"

namespace pleat {
namespace {

std::string TpeReason(const TpeSuggestion& chosen, uint32_t candidates, size_t earlier) {
  if (chosen.good == 0) return "";
  return absl::StrFormat(
      "the best of %d candidates: %.3g times as dense in good trials (the best %d) as in the "
      "others (%d, of them %d without a score and %d still to count)%s",
      candidates, chosen.ratio, chosen.good, chosen.others, chosen.failed, chosen.running,
      earlier == 0 ? "" : absl::StrCat(", ", earlier, " of them of earlier sweeps"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeTpeSearch(const v1::SearchSpec& spec,
                                                            Constraints constraints,
                                                            std::span<const PastTrial> earlier) {
  const v1::TpeSearchSpec& tpe = spec.method().tpe();
  const TpeSettings settings = {.startup_trials = tpe.startup_trials(),
                                .candidates = std::max(1u, tpe.candidates())};
  const auto sampler = [settings](std::span<const CubeDimension> dimensions,
                                  std::span<const CubeTrial> trials, uint64_t seed, uint32_t trial,
                                  const CubeFilter& may_be) -> LearnedPoint {
    TpeSuggestion chosen = SuggestTpe(dimensions, trials, settings, seed, trial, may_be);
    const auto from_earlier =
        static_cast<size_t>(std::ranges::count_if(trials, &CubeTrial::is_earlier));
    std::string reason = TpeReason(chosen, settings.candidates, from_earlier);
    return {std::move(chosen.point), std::move(reason)};
  };
  return MakeLearningSearch("tpe", settings.startup_trials, sampler, spec, std::move(constraints),
                            earlier);
}

}  // namespace pleat
