#include "coordinator/search/tpe_sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "common/base/philox.h"
#include "coordinator/search/tpe_density.h"

namespace pleat {
namespace {

// Good ones of n ended trials: this times sqrt(n).
constexpr double kGoodScale = 0.7;
// Standard deviations of one kernel. The good ones' are the narrower: they say where to go, the
// others only where not to.
constexpr double kGoodWidth = 0.1;
constexpr double kOtherWidth = 0.15;
// Of a running trial among the others: enough that trials in flight differ, and not so much that
// they keep each other away from where it is good.
constexpr double kRunningWeight = 0.3;
// How often losses with errors are drawn.
constexpr uint32_t kLossDraws = 32;

// Streams of a trial's draws, beside those of the startup.
constexpr uint32_t kCandidates = 2'000'000;
constexpr uint32_t kLosses = 3'000'000;

// A scored trial, and what it is worth.
struct Weighed {
  const CubeTrial* trial = nullptr;
  double good = 0;   // weight among the good ones
  double share = 0;  // probability that it is one of them
};

// Ranks the losses, and adds what the best `good` of them are worth, of `draws` draws.
void AddRanks(const std::vector<double>& losses, size_t good, uint32_t draws,
              std::vector<Weighed>* weighed) {
  std::vector<size_t> order(losses.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return losses[i]; });
  for (size_t rank = 0; rank < good; ++rank) {
    Weighed& one = (*weighed)[order[rank]];
    one.good += std::log(static_cast<double>(good + 1) / static_cast<double>(rank + 1)) / draws;
    one.share += 1.0 / draws;
  }
}

std::vector<Weighed> WeighScored(std::span<const CubeTrial> trials, size_t good, uint64_t seed,
                                 uint32_t number) {
  std::vector<Weighed> weighed;
  bool is_exact = true;
  for (const CubeTrial& trial : trials) {
    if (trial.outcome != CubeTrial::Outcome::kScored) continue;
    weighed.push_back({.trial = &trial});
    is_exact = is_exact && trial.error == 0;
  }
  const uint32_t draws = is_exact ? 1 : kLossDraws;
  for (uint32_t draw = 0; draw < draws; ++draw) {
    RandomStream random(seed, RandomPurpose::kSearch, number, kLosses + draw);
    std::vector<double> losses;
    for (const Weighed& one : weighed) {
      losses.push_back(one.trial->loss);
      if (!is_exact) losses.back() += one.trial->error * random.NextNormal();
    }
    AddRanks(losses, good, draws, &weighed);
  }
  // Together they weigh as many as they are, against the prior's 1.
  double sum = 0;
  for (const Weighed& one : weighed) sum += one.good;
  for (Weighed& one : weighed) one.good *= static_cast<double>(good) / sum;
  return weighed;
}

// Takes the candidate with the highest ratio.
void Choose(const TpeDensity& good, const TpeDensity& others, std::span<const CubeTrial> trials,
            uint32_t candidates, const CubeFilter& may_be, RandomStream random,
            TpeSuggestion* suggestion) {
  bool is_best_useless = true;
  double best = 0;
  for (uint32_t i = 0; i < candidates; ++i) {
    CubePoint point = good.Draw(random);
    const double log_ratio = good.LogDensity(point) - others.LogDensity(point);
    const bool is_useless = IsTried(trials, point) || (may_be && !may_be(point));
    const bool is_better =
        is_useless == is_best_useless ? log_ratio > best || i == 0 : is_best_useless;
    if (!is_better) continue;
    best = log_ratio;
    is_best_useless = is_useless;
    suggestion->point = std::move(point);
  }
  suggestion->ratio = std::exp(best);
}

}  // namespace

TpeSuggestion SuggestTpe(std::span<const CubeDimension> dimensions,
                         std::span<const CubeTrial> trials, const TpeSettings& settings,
                         uint64_t seed, uint32_t trial, const CubeFilter& may_be) {
  TpeSuggestion suggestion;
  suggestion.running = CountOutcome(trials, CubeTrial::Outcome::kRunning);
  suggestion.failed = CountOutcome(trials, CubeTrial::Outcome::kFailed);
  const size_t ended = trials.size() - suggestion.running;
  const size_t scored = ended - suggestion.failed;
  const uint32_t startup = std::max(1u, settings.startup_trials);
  if (IsInStartup(trials, startup, trial)) {
    suggestion.point = StartupPoint(dimensions, startup, seed, trial);
    return suggestion;
  }
  const auto most = static_cast<size_t>(std::ceil(kGoodScale * std::sqrt(ended)));
  suggestion.good = std::min(most, scored);
  suggestion.others = trials.size() - suggestion.good;

  std::vector<TpeDensity::Kernel> good, others;
  for (const Weighed& one : WeighScored(trials, suggestion.good, seed, trial)) {
    good.push_back({.center = one.trial->point, .weight = one.good});
    others.push_back({.center = one.trial->point, .weight = 1 - one.share});
  }
  for (const CubeTrial& one : trials) {
    if (one.outcome == CubeTrial::Outcome::kScored) continue;
    const bool is_running = one.outcome == CubeTrial::Outcome::kRunning;
    others.push_back({.center = one.point, .weight = is_running ? kRunningWeight : 1});
  }
  Choose(TpeDensity(dimensions, std::move(good), kGoodWidth),
         TpeDensity(dimensions, std::move(others), kOtherWidth), trials, settings.candidates,
         may_be, RandomStream(seed, RandomPurpose::kSearch, trial, kCandidates), &suggestion);
  return suggestion;
}

}  // namespace pleat
