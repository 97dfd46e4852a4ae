#include "coordinator/prune/paired_rule.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "coordinator/search/normal_distribution.h"

namespace pleat {
namespace {

// The last ones, which a search that learns made the most like those to come.
constexpr size_t kMostCurves = 24;

// Student's quantile from the normal one (Abramowitz and Stegun 26.7.5).
double StudentQuantile(double x, double freedom) {
  const double x3 = x * x * x, x5 = x3 * x * x;
  return x + (x3 + x) / (4 * freedom) + (5 * x5 + 16 * x3 + 3 * x) / (96 * freedom * freedom);
}

bool IsRival(const Race& race, uint32_t rival, std::optional<uint32_t> best) {
  return rival == best || race.trials[rival].phase == RacingTrial::Phase::kRunning;
}

uint32_t CompleteCurves(const Race& race) {
  uint32_t count = 0;
  for (uint32_t trial = 0; trial < race.trials.size(); ++trial) count += ScoredFolds(race, trial);
  return count;
}

bool IsFinite(const std::vector<double>& scores) {
  return std::ranges::all_of(scores, [](double score) { return std::isfinite(score); });
}

// In the order of the trials.
std::vector<CurveModel::TrialCurves> LastCompleteCurves(const Race& race) {
  std::vector<CurveModel::TrialCurves> trials;
  size_t count = 0;
  for (auto trial = static_cast<uint32_t>(race.trials.size());
       trial-- > 0 && count < kMostCurves;) {
    CurveModel::TrialCurves curves;
    for (uint32_t fold = 0; fold < race.folds && count < kMostCurves; ++fold) {
      const std::vector<double>& scores = race.trials[trial].folds[fold].scores;
      if (!FinalScore(race, trial, fold).has_value() || !IsFinite(scores)) continue;
      curves.emplace_back(scores);
      ++count;
    }
    if (!curves.empty()) trials.push_back(std::move(curves));
  }
  std::ranges::reverse(trials);
  return trials;
}

// The fold that a trial is at: the last one with a score.
uint32_t LastFold(const Race& race, uint32_t trial) {
  uint32_t last = 0;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    if (!race.trials[trial].folds[fold].scores.empty()) last = fold;
  }
  return last;
}

}  // namespace

PairedRule::PairedRule(double false_stop_rate)
    : normal_quantile_(NormalQuantile(1 - false_stop_rate)) {}

void PairedRule::Learn(const Race& race) {
  Learned& learned = learned_.emplace();
  learned.curves = CompleteCurves(race);
  const auto trials = LastCompleteCurves(race);
  if (race.epochs >= 2 && !trials.empty()) learned.model.emplace(trials);
  std::optional<double> epoch_variance;
  if (learned.model.has_value()) epoch_variance = learned.model->noise().Variance(race.epochs);
  learned.noise = EstimateFoldNoise(race, epoch_variance);
}

std::optional<EndForecast> PairedRule::Forecast(const Race& race, uint32_t trial,
                                                uint32_t fold) const {
  const std::optional<double> score = FinalScore(race, trial, fold);
  if (score.has_value()) return EndForecast{.mean = *score};
  const std::vector<double>& scores = race.trials[trial].folds[fold].scores;
  if (IsOver(race, trial, fold) || scores.empty() || !learned_->model.has_value()) {
    return std::nullopt;
  }
  const EndForecast forecast = learned_->model->Forecast(scores);
  if (!std::isfinite(forecast.variance)) return std::nullopt;
  return forecast;
}

// With r_k = s^2 / (s^2 + v_k), given the trials' difference D: a known fold's own difference is
// normal about D + r_k (d_k - D) with variance v_k r_k, an unknown one's about D with s^2.
MeanDifference PairedRule::Compare(const Race& race, uint32_t trial, uint32_t rival) const {
  const double s2 = std::max(2 * learned_->noise.variance, 1e-300);
  double weights = 0, weighted = 0, known = 0, known_sum = 0, own_variance = 0;
  MeanDifference difference;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    const std::optional<double> theirs = FinalScore(race, rival, fold);
    if (!theirs.has_value()) continue;
    const std::optional<EndForecast> ours = Forecast(race, trial, fold);
    if (!ours.has_value()) continue;
    const double d = ours->mean - *theirs;
    const double r = s2 / (s2 + ours->variance);
    weights += r / s2;
    weighted += r / s2 * d;
    known += r;
    known_sum += r * d;
    own_variance += ours->variance * r;
    ++difference.folds;
  }
  if (difference.folds == 0) return difference;
  const double k = race.folds;
  const double rest = 1 - known / k;
  difference.mean = weighted / weights * rest + known_sum / k;
  difference.variance =
      rest * rest / weights + (own_variance + (k - difference.folds) * s2) / (k * k);
  return difference;
}

std::string PairedRule::Reason(const Race& race, uint32_t trial, uint32_t rival,
                               const MeanDifference& difference, double bound) const {
  std::string reason;
  const uint32_t fold = LastFold(race, trial);
  const std::optional<EndForecast> end = Forecast(race, trial, fold);
  const std::optional<double> theirs = FinalScore(race, rival, fold);
  if (end.has_value() && theirs.has_value() && end->variance > 0) {
    reason = absl::StrFormat("fold %d would end at %s +- %.2g, trial %d has %s on it; ", fold,
                             ValueText(race, end->mean), std::sqrt(end->variance), rival,
                             ValueText(race, *theirs));
  }
  return reason + absl::StrFormat(
                      "by %d of %d folds its mean would be worse than trial %d's by %.2g +- %.2g, "
                      "and by %.2g at best",
                      difference.folds, race.folds, rival, -difference.mean,
                      std::sqrt(difference.variance), -bound);
}

RaceDecision PairedRule::Judge(const Race& race, uint32_t trial) {
  const uint32_t curves = CompleteCurves(race);
  if (curves == 0) return {};
  if (!learned_.has_value() || learned_->curves != curves) Learn(race);
  if (learned_->noise.freedom == 0) return {};
  const double quantile = StudentQuantile(normal_quantile_, learned_->noise.freedom);
  const std::optional<uint32_t> best = BestEnded(race);
  for (uint32_t rival = 0; rival < race.trials.size(); ++rival) {
    if (rival == trial || !IsRival(race, rival, best)) continue;
    const MeanDifference difference = Compare(race, trial, rival);
    const double bound = difference.mean + quantile * std::sqrt(difference.variance);
    if (difference.folds == 0 || bound >= 0) continue;
    return {.stop = true, .reason = Reason(race, trial, rival, difference, bound)};
  }
  return {};
}

}  // namespace pleat
