#include "client/analysis/sweep_analysis.h"

#include <cmath>
#include <utility>

#include "common/metrics/metrics.h"

namespace pleat {
namespace {

FoldScores ScoresOf(const v1::TrialStatus& trial, const v1::MetricSpec& metric) {
  FoldScores scores;
  for (const v1::FoldStatus& fold : trial.folds()) {
    std::optional<double>& score = scores.emplace_back();
    if (!fold.has_result()) continue;
    const double value = MetricValue(metric, fold.result().metrics());
    if (std::isfinite(value)) score = value;
  }
  return scores;
}

std::vector<TrialPoint> PointsOf(const v1::GetResponse& sweep) {
  std::vector<TrialPoint> points;
  for (const v1::TrialStatus& trial : sweep.trials()) {
    points.emplace_back(trial.parameters().begin(), trial.parameters().end());
  }
  return points;
}

std::vector<std::optional<double>> PlacesOf(const TrialPoint& point,
                                            const std::vector<ParameterAxis>& axes) {
  std::vector<std::optional<double>> places;
  for (const ParameterAxis& axis : axes) {
    const std::string* value = FindValue(point, axis.path);
    places.push_back(value == nullptr ? std::nullopt : axis.PlaceOf(*value));
  }
  return places;
}

}  // namespace

bool HasScore(const v1::TrialStatus& trial) {
  return trial.finished().folds_size() > 0 && !trial.has_cancelled() &&
         std::isfinite(trial.finished().mean());
}

SweepAnalysis AnalyzeSweep(const v1::GetResponse& sweep) {
  const std::vector<TrialPoint> points = PointsOf(sweep);
  SweepAnalysis analysis{.axes = ParameterAxes(sweep.spec().search(), points)};
  std::vector<ScoredTrial> scored;
  for (int i = 0; i < sweep.trials_size(); ++i) {
    analysis.places.push_back(PlacesOf(points[i], analysis.axes));
    if (!HasScore(sweep.trials(i))) continue;
    scored.push_back({analysis.places.back(), sweep.trials(i).finished().mean()});
  }
  analysis.scored_trials = scored.size();
  if (!analysis.axes.empty()) analysis.importance = EstimateImportance(scored);
  analysis.honest = HonestScoreOf(sweep);
  return analysis;
}

std::optional<HonestScore> HonestScoreOf(const v1::GetResponse& sweep) {
  if (!sweep.summary().has_best_trial()) return std::nullopt;
  const v1::MetricSpec& metric = sweep.spec().search().metric();
  std::vector<FoldScores> trials;
  std::optional<size_t> winner;
  for (const v1::TrialStatus& trial : sweep.trials()) {
    if (!HasScore(trial)) continue;
    if (trial.trial() == sweep.summary().best_trial()) winner = trials.size();
    trials.push_back(ScoresOf(trial, metric));
  }
  if (!winner.has_value()) return std::nullopt;
  return EstimateHonestScore(trials, *winner, MetricIsMaximized(metric));
}

}  // namespace pleat
