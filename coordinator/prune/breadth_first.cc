#include "coordinator/prune/breadth_first.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

std::vector<double> BestFinalScores(const Race& race) {
  std::vector<double> best(race.folds, -std::numeric_limits<double>::infinity());
  for (uint32_t trial = 0; trial < race.trials.size(); ++trial) {
    for (uint32_t fold = 0; fold < race.folds; ++fold) {
      best[fold] = std::max(best[fold], FinalScore(race, trial, fold).value_or(best[fold]));
    }
  }
  return best;
}

double LagOf(const Race& race, uint32_t trial, const std::vector<double>& best) {
  double sum = 0;
  uint32_t count = 0;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    const std::optional<double> score = FinalScore(race, trial, fold);
    if (!score.has_value()) continue;
    sum += best[fold] - *score;
    ++count;
  }
  return count == 0 ? std::numeric_limits<double>::infinity() : sum / count;
}

}  // namespace

std::vector<uint32_t> ByLag(const Race& race, std::vector<uint32_t> trials) {
  if (trials.empty()) return trials;
  const std::vector<double> best = BestFinalScores(race);
  std::vector<std::pair<double, uint32_t>> lags;
  for (const uint32_t trial : trials) lags.emplace_back(LagOf(race, trial, best), trial);
  std::ranges::stable_sort(lags, {}, [](const auto& one) { return one.first; });
  std::ranges::transform(lags, trials.begin(), [](const auto& one) { return one.second; });
  return trials;
}

bool TakeBackPause(uint32_t trial, uint32_t round, std::vector<RaceEvent>* events) {
  return std::erase_if(*events, [&](const RaceEvent& event) {
           return event.kind == RaceEvent::Kind::kPaused && event.trial == trial &&
                  event.round == round;
         }) > 0;
}

std::string WhyItWaits() {
  return "a fold is over; trials that have not begun come first, then the nearest to the best "
         "scores of its folds";
}

std::string WhyItLeads(size_t waiting) {
  if (waiting == 1) return "no other trial waits";
  return absl::StrCat("of the ", waiting,
                      " trials that wait it is the nearest to the best scores of its folds");
}

}  // namespace pleat
