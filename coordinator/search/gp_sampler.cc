#include "coordinator/search/gp_sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "coordinator/search/gaussian_process.h"
#include "coordinator/search/gp_acquisition.h"
#include "coordinator/search/gp_features.h"
#include "coordinator/search/gp_fit.h"
#include "coordinator/search/gp_loss_scale.h"
#include "coordinator/search/gp_maximizer.h"

namespace pleat {
namespace {

// The parameters are fitted to so many trials at most, since that takes longest.
constexpr size_t kMostFitted = 128;
// Of a failed trial, in deviations of the losses: how much worse than the worst it counts, and with
// what deviation.
constexpr double kFailedWorse = 0.5;
constexpr double kFailedDeviation = 0.5;
// A trial with a larger error, in deviations of the losses, tells nothing either way.
constexpr double kLargestError = 1e3;
// Points that draws for the maximum surround, and how many draws; fewer where many trials make them
// slow.
constexpr size_t kGoodPoints = 5;
constexpr int kDraws = 512;
constexpr int kDrawsOfMany = 256;
constexpr size_t kManyTrials = 200;

// Stream of a trial's draws, beside those of the startup.
constexpr uint32_t kMaximizerDraws = 6'000'000;

// What the model is made of: ended trials, and running ones.
struct ModelTrials {
  std::vector<const CubeTrial*> ended;
  std::vector<const CubeTrial*> running;
};

// The best half of `most`, and the latest others, in their order.
std::vector<const CubeTrial*> BestAndLatest(std::vector<const CubeTrial*> trials, size_t most) {
  if (trials.size() <= most) return trials;
  std::vector<size_t> order(trials.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) {
    const bool is_failed = trials[i]->outcome == CubeTrial::Outcome::kFailed;
    return std::pair(is_failed, is_failed ? 0 : trials[i]->loss);
  });
  const auto others = order.begin() + static_cast<ptrdiff_t>(most / 2);
  std::sort(others, order.end(), std::greater());
  order.resize(most);
  std::ranges::sort(order);
  std::vector<const CubeTrial*> taken;
  for (const size_t i : order) taken.push_back(trials[i]);
  return taken;
}

ModelTrials TrialsForModel(std::span<const CubeTrial> trials) {
  ModelTrials taken;
  for (const CubeTrial& trial : trials) {
    const bool is_running = trial.outcome == CubeTrial::Outcome::kRunning;
    (is_running ? taken.running : taken.ended).push_back(&trial);
  }
  taken.ended = BestAndLatest(std::move(taken.ended), kMostGpTrials);
  if (taken.running.size() > kMostGpRunning) {
    taken.running.erase(taken.running.begin(), taken.running.end() - kMostGpRunning);
  }
  return taken;
}

GpLossScale ScaleOf(std::span<const CubeTrial* const> ended) {
  std::vector<double> losses;
  for (const CubeTrial* trial : ended) {
    if (trial->outcome == CubeTrial::Outcome::kScored) losses.push_back(trial->loss);
  }
  return GpLossScale(losses);
}

Eigen::MatrixXd PointsOf(const GpFeatures& features, std::span<const CubeTrial* const> trials) {
  Eigen::MatrixXd points(trials.size(), features.size());
  for (size_t i = 0; i < trials.size(); ++i) {
    points.row(i) = features.Of(trials[i]->point).transpose();
  }
  return points;
}

// With the known noise alone.
GpObservations ObservationsOf(const GpFeatures& features, const GpLossScale& scale,
                              std::span<const CubeTrial* const> ended) {
  GpObservations seen = {PointsOf(features, ended), Eigen::VectorXd(ended.size()),
                         Eigen::VectorXd(ended.size())};
  double worst = -std::numeric_limits<double>::infinity();
  for (const CubeTrial* trial : ended) {
    if (trial->outcome == CubeTrial::Outcome::kScored) {
      worst = std::max(worst, scale.ValueOf(trial->loss));
    }
  }
  for (size_t i = 0; i < ended.size(); ++i) {
    const CubeTrial& trial = *ended[i];
    const bool is_scored = trial.outcome == CubeTrial::Outcome::kScored;
    seen.values[i] = is_scored ? scale.ValueOf(trial.loss) : worst + kFailedWorse;
    const double deviation = is_scored
                                 ? std::min(trial.error * scale.SlopeAt(trial.loss), kLargestError)
                                 : kFailedDeviation;
    seen.noise[i] = deviation * deviation;
  }
  return seen;
}

// The process as if running trials had come out as it predicts, with no more noise than the others.
absl::StatusOr<GaussianProcess> WithRunning(const GaussianProcess& process,
                                            const Eigen::MatrixXd& running) {
  const GpObservations& seen = process.observations();
  const Eigen::Index before = seen.points.rows();
  const Eigen::Index all = before + running.rows();
  GpObservations believed = {Eigen::MatrixXd(all, seen.points.cols()), Eigen::VectorXd(all),
                             Eigen::VectorXd(all)};
  believed.points << seen.points, running;
  believed.values << seen.values, process.AtAll(running).means;
  believed.noise << seen.noise, Eigen::VectorXd::Constant(running.rows(), seen.noise.minCoeff());
  return GaussianProcess::Make(process.kernel(), std::move(believed));
}

// The points with the lowest means, the lowest first.
std::vector<CubePoint> BestPoints(const GaussianProcess& process,
                                  std::span<const CubeTrial* const> ended) {
  const Eigen::VectorXd means = process.MeansAtObservations();
  std::vector<size_t> order(ended.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return means[i]; });
  std::vector<CubePoint> points;
  for (const size_t i : order) {
    if (points.size() == kGoodPoints) break;
    points.push_back(ended[i]->point);
  }
  return points;
}

CubePoint RandomPoint(std::span<const CubeDimension> dimensions, RandomStream random) {
  std::vector<double> coordinates;
  for (size_t i = 0; i < dimensions.size(); ++i) coordinates.push_back(random.NextDouble());
  return CubePointAt(dimensions, coordinates);
}

absl::Status Learn(std::span<const CubeDimension> dimensions, std::span<const CubeTrial> trials,
                   uint64_t seed, uint32_t trial, const CubeFilter& may_be,
                   GpSuggestion* suggestion) {
  const ModelTrials taken = TrialsForModel(trials);
  const GpFeatures features(dimensions);
  const GpLossScale scale = ScaleOf(taken.ended);
  const GpObservations fitted =
      ObservationsOf(features, scale, BestAndLatest(taken.ended, kMostFitted));
  PLEAT_ASSIGN_OR_RETURN(
      const GpParameters parameters,
      FitGaussianProcess(features.is_category(), fitted.points, fitted.values, fitted.noise));
  GpObservations seen = ObservationsOf(features, scale, taken.ended);
  seen.noise.array() += parameters.noise;
  PLEAT_ASSIGN_OR_RETURN(const GaussianProcess ended,
                         GaussianProcess::Make(parameters.kernel, std::move(seen)));
  std::optional<GaussianProcess> all;
  if (!taken.running.empty()) {
    PLEAT_ASSIGN_OR_RETURN(all, WithRunning(ended, PointsOf(features, taken.running)));
  }
  const GpAcquisition acquisition(all.has_value() ? *all : ended);
  const GpMaximizer maximizer(dimensions, features, acquisition, [&](const CubePoint& point) {
    return !IsTried(trials, point) && (!may_be || may_be(point));
  });
  const RandomStream random(seed, RandomPurpose::kSearch, trial, kMaximizerDraws);
  suggestion->point = maximizer
                          .Find(BestPoints(ended, taken.ended),
                                taken.ended.size() > kManyTrials ? kDrawsOfMany : kDraws, random)
                          .value_or(RandomPoint(dimensions, random));

  const Eigen::VectorXd chosen = features.Of(suggestion->point);
  const GpPrediction prediction = ended.At(chosen);
  suggestion->trials = taken.ended.size() + taken.running.size();
  suggestion->best = scale.LossOf(acquisition.best());
  suggestion->improvement = std::exp(acquisition.At(chosen)) * scale.unit();
  suggestion->loss = scale.LossOf(prediction.means[0]);
  suggestion->deviation = std::sqrt(prediction.variances[0]) / scale.SlopeAt(suggestion->loss);
  return absl::OkStatus();
}

}  // namespace

GpSuggestion SuggestGp(std::span<const CubeDimension> dimensions, std::span<const CubeTrial> trials,
                       const GpSettings& settings, uint64_t seed, uint32_t trial,
                       const CubeFilter& may_be) {
  GpSuggestion suggestion;
  suggestion.running = CountOutcome(trials, CubeTrial::Outcome::kRunning);
  suggestion.failed = CountOutcome(trials, CubeTrial::Outcome::kFailed);
  const uint32_t startup = std::max(1u, settings.startup_trials);
  if (IsInStartup(trials, startup, trial)) {
    suggestion.point = StartupPoint(dimensions, startup, seed, trial);
    return suggestion;
  }
  suggestion.problem = Learn(dimensions, trials, seed, trial, may_be, &suggestion);
  if (!suggestion.problem.ok()) {
    suggestion.point =
        RandomPoint(dimensions, RandomStream(seed, RandomPurpose::kSearch, trial, kMaximizerDraws));
  }
  return suggestion;
}

}  // namespace pleat
