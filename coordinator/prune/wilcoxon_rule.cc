#include "coordinator/prune/wilcoxon_rule.h"

#include <numeric>

#include "absl/strings/str_format.h"
#include "coordinator/prune/signed_rank.h"

namespace pleat {

RaceDecision WilcoxonRule::Judge(const Race& race, uint32_t trial) {
  const std::optional<uint32_t> best = BestEnded(race);
  if (!best.has_value()) return {};
  std::vector<double> differences;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    const std::optional<double> ours = FinalScore(race, trial, fold);
    const std::optional<double> theirs = FinalScore(race, *best, fold);
    if (ours.has_value() && theirs.has_value()) differences.push_back(*ours - *theirs);
  }
  const double sum = std::accumulate(differences.begin(), differences.end(), 0.0);
  const double p = SignedRankBelowZero(differences);
  if (sum >= 0 || p >= p_threshold_) return {};
  const double mean = sum / static_cast<double>(differences.size());
  return {.stop = true,
          .reason = absl::StrFormat("on %d folds it is worse than the best trial, %d, by %.2g in "
                                    "the mean; signed-rank p %.3f, below %.3g",
                                    differences.size(), *best, -mean, p, p_threshold_)};
}

}  // namespace pleat
