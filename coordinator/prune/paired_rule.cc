#include "coordinator/prune/paired_rule.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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
  return rival == best || IsOpen(race.trials[rival]);
}

uint32_t CompleteCurves(const Race& race) {
  uint32_t count = 0;
  for (uint32_t trial = 0; trial < race.trials.size(); ++trial) count += ScoredFolds(race, trial);
  return count;
}

bool IsFinite(const std::vector<double>& scores) {
  return std::ranges::all_of(scores, [](double score) { return std::isfinite(score); });
}

std::vector<double> OnScale(std::vector<double> scores, const ScoreScale& scale) {
  for (double& score : scores) score = scale.Of(score);
  return scores;
}

// Of the trials in their order, by fold, on a scale.
std::vector<std::vector<std::vector<double>>> LastCompleteCurves(const Race& race,
                                                                 const ScoreScale& scale) {
  std::vector<std::vector<std::vector<double>>> trials;
  size_t count = 0;
  for (auto trial = static_cast<uint32_t>(race.trials.size());
       trial-- > 0 && count < kMostCurves;) {
    std::vector<std::vector<double>> curves;
    for (uint32_t fold = 0; fold < race.folds && count < kMostCurves; ++fold) {
      const std::vector<double>& scores = race.trials[trial].folds[fold].scores;
      if (!FinalScore(race, trial, fold).has_value() || !IsFinite(scores)) continue;
      curves.push_back(OnScale(scores, scale));
      ++count;
    }
    if (!curves.empty()) trials.push_back(std::move(curves));
  }
  std::ranges::reverse(trials);
  return trials;
}

std::vector<CurveModel::TrialCurves> Views(
    const std::vector<std::vector<std::vector<double>>>& trials) {
  std::vector<CurveModel::TrialCurves> views;
  for (const auto& curves : trials) views.emplace_back(curves.begin(), curves.end());
  return views;
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
  learned.scale = ChooseScale(race);
  const auto curves = LastCompleteCurves(race, learned.scale);
  const std::vector<CurveModel::TrialCurves> trials = Views(curves);
  if (race.epochs >= 2 && !trials.empty()) learned.model.emplace(trials);
  std::optional<double> epoch_variance;
  if (learned.model.has_value()) epoch_variance = learned.model->noise().Variance(race.epochs);
  learned.noise = EstimateFoldNoise(FinalScores(race, learned.scale), race.folds, epoch_variance);
}

std::optional<EndForecast> PairedRule::Forecast(const Race& race, uint32_t trial,
                                                uint32_t fold) const {
  const std::optional<double> score = FinalScore(race, trial, fold);
  if (score.has_value()) return EndForecast{.mean = learned_->scale.Of(*score)};
  const std::vector<double>& scores = race.trials[trial].folds[fold].scores;
  if (IsOver(race, trial, fold) || scores.empty() || !learned_->model.has_value()) {
    return std::nullopt;
  }
  const EndForecast forecast = learned_->model->Forecast(OnScale(scores, learned_->scale));
  if (!std::isfinite(forecast.variance)) return std::nullopt;
  return forecast;
}

// A fold that the rival has not finished weighs as the mean of the others.
std::vector<double> PairedRule::FoldWeights(const Race& race, uint32_t rival) const {
  std::vector<double> weights(race.folds);
  double sum = 0;
  int known = 0;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    const std::optional<double> score = FinalScore(race, rival, fold);
    if (!score.has_value()) continue;
    weights[fold] = learned_->scale.SlopeAt(learned_->scale.Of(*score));
    sum += weights[fold];
    ++known;
  }
  for (double& weight : weights) {
    if (weight == 0) weight = known > 0 ? sum / known : 1;
  }
  sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

// With r_k = s^2 / (s^2 + v_k), given the trials' difference D: a known fold's own difference is
// normal about D + r_k (d_k - D) with variance v_k r_k, an unknown one's about D with s^2.
MeanDifference PairedRule::Compare(const Race& race, const Forecasts& forecasts,
                                   uint32_t rival) const {
  const double s2 = std::max(2 * learned_->noise.variance, 1e-300);
  const std::vector<double> fold_weights = FoldWeights(race, rival);
  double weights = 0, weighted = 0, known = 0, known_sum = 0, own_variance = 0;
  MeanDifference difference;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    const double share = fold_weights[fold];
    const std::optional<double> theirs = FinalScore(race, rival, fold);
    const std::optional<EndForecast>& ours = forecasts[fold];
    if (!theirs.has_value() || !ours.has_value()) {
      own_variance += share * share * s2;
      continue;
    }
    const double d = ours->mean - learned_->scale.Of(*theirs);
    const double r = s2 / (s2 + ours->variance);
    weights += r / s2;
    weighted += r / s2 * d;
    known += share * r;
    known_sum += share * r * d;
    own_variance += share * share * ours->variance * r;
    ++difference.folds;
  }
  if (difference.folds == 0) return difference;
  const double rest = 1 - known;
  difference.mean = weighted / weights * rest + known_sum;
  difference.variance = rest * rest / weights + own_variance;
  return difference;
}

std::string PairedRule::Reason(const Race& race, uint32_t trial, uint32_t rival,
                               const MeanDifference& difference, double bound) const {
  const ScoreScale& scale = learned_->scale;
  std::string reason;
  const uint32_t fold = LastFold(race, trial);
  const std::optional<EndForecast> end = Forecast(race, trial, fold);
  const std::optional<double> theirs = FinalScore(race, rival, fold);
  if (end.has_value() && theirs.has_value() && end->variance > 0) {
    reason = absl::StrFormat("fold %d would end at %s +- %.2g, trial %d has %s on it; ", fold,
                             ValueText(race, scale.ScoreAt(end->mean)),
                             std::sqrt(end->variance) * scale.SlopeAt(end->mean), rival,
                             ValueText(race, *theirs));
  }
  absl::StrAppendFormat(&reason, "by %d of %d folds ", difference.folds, race.folds);
  if (!scale.is_relative()) {
    return reason +
           absl::StrFormat(
               "its mean would be worse than trial %d's by %.2g +- %.2g, and by %.2g at best",
               rival, -difference.mean, std::sqrt(difference.variance), -bound);
  }
  return reason + absl::StrFormat("%s would be %.3g times trial %d's, and %.3g times at best",
                                  race.is_maximized ? "what its mean lacks to 1" : "its mean",
                                  std::exp(-difference.mean), rival, std::exp(-bound));
}

RaceDecision PairedRule::Judge(const Race& race, uint32_t trial) {
  const uint32_t curves = CompleteCurves(race);
  if (curves == 0) return {};
  if (!learned_.has_value() || learned_->curves != curves) Learn(race);
  if (learned_->noise.freedom == 0) return {};
  const double quantile = StudentQuantile(normal_quantile_, learned_->noise.freedom);
  Forecasts forecasts;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    forecasts.push_back(Forecast(race, trial, fold));
  }
  const std::optional<uint32_t> best = BestEnded(race);
  for (uint32_t rival = 0; rival < race.trials.size(); ++rival) {
    if (rival == trial || !IsRival(race, rival, best)) continue;
    const MeanDifference difference = Compare(race, forecasts, rival);
    const double bound = difference.mean + quantile * std::sqrt(difference.variance);
    if (difference.folds == 0 || bound >= 0) continue;
    return {.stop = true, .reason = Reason(race, trial, rival, difference, bound)};
  }
  return {};
}

}  // namespace pleat
