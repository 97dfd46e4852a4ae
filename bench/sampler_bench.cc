// How good the points are that samplers suggest, beside those of Optuna's: the tree-structured
// Parzen estimator, or the Gaussian process.
//
// The functions, budgets and summary are those of peers/optuna_samplers.py, whose recorded figures
// stand in peers/optuna_samplers.json: the best value after 50 and 100 evaluations, mean and
// standard error over seeds. Then the same with 8 evaluations running at a time, and the time of
// one suggestion after 1,000 trials (500 of the Gaussian process).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "common/base/philox.h"
#include "coordinator/search/gp_sampler.h"
#include "coordinator/search/tpe_sampler.h"

namespace pleat {
namespace {

// Standardised differences to Optuna: of any figure, and their mean. Positive: ours is worse.
constexpr double kWorstTarget = 2.5;
constexpr double kMeanTarget = 0.5;
// What 8 evaluations at a time may take more than one at a time, for figures that are as good by
// the same targets.
constexpr double kBudgetAtOnce = 1.15;

constexpr int kEvaluations = 100;
constexpr int kAtOnce = 8;
constexpr int kEvaluationsAtOnce = 160;

// A sampler, as Optuna's figures name it.
struct Sampler {
  std::string name;
  std::function<CubePoint(std::span<const CubeDimension> dimensions,
                          std::span<const CubeTrial> trials, uint64_t seed, uint32_t trial)>
      suggest;
  // What one suggestion may take after so many trials.
  uint32_t trials = 0;
  double latency_target_ms = 0;
};

std::vector<Sampler> Samplers() {
  return {{.name = "tpe",
           .suggest =
               [](auto dimensions, auto trials, uint64_t seed, uint32_t trial) {
                 return SuggestTpe(dimensions, trials, {}, seed, trial).point;
               },
           .trials = 1000,
           .latency_target_ms = 50},
          {.name = "gp",
           .suggest =
               [](auto dimensions, auto trials, uint64_t seed, uint32_t trial) {
                 return SuggestGp(dimensions, trials, {}, seed, trial).point;
               },
           .trials = 500,
           .latency_target_ms = 1000}};
}

struct Function {
  std::string name;
  std::vector<CubeDimension> dimensions;
  std::function<double(const CubePoint&)> value;
};

double Between(double low, double high, std::optional<double> u) {
  return low + (high - low) * u.value();
}

double Branin(const CubePoint& point) {
  constexpr double kPi = std::numbers::pi;
  const double x = Between(-5, 10, point[0]);
  const double y = Between(0, 15, point[1]);
  return std::pow(y - 5.1 / (4 * kPi * kPi) * x * x + 5 / kPi * x - 6, 2) +
         10 * (1 - 1 / (8 * kPi)) * std::cos(x) + 10;
}

double Hartmann6(const CubePoint& point) {
  constexpr double kAlpha[4] = {1, 1.2, 3, 3.2};
  constexpr double kA[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                               {.05, 10, 17, .1, 8, 14},
                               {3, 3.5, 1.7, 10, 17, 8},
                               {17, 8, .05, 10, .1, 14}};
  constexpr double kP[4][6] = {{.1312, .1696, .5569, .0124, .8283, .5886},
                               {.2329, .4135, .8307, .3736, .1004, .9991},
                               {.2348, .1451, .3522, .2883, .3047, .6650},
                               {.4047, .8828, .8732, .5743, .1091, .0381}};
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    double distance = 0;
    for (int j = 0; j < 6; ++j) distance += kA[i][j] * std::pow(*point[j] - kP[i][j], 2);
    sum += kAlpha[i] * std::exp(-distance);
  }
  return -sum;
}

double LogRosenbrock5(const CubePoint& point) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    const double x = Between(-5, 10, point[i]);
    sum += 100 * std::pow(Between(-5, 10, point[i + 1]) - x * x, 2) + std::pow(1 - x, 2);
  }
  return std::log1p(sum);
}

// Which dimension of Mixed is what.
enum MixedDimension {
  kLr,
  kOptimizer,
  kDropout,
  kWidth,
  kMomentum,
  kNesterov,
  kAlpha,
  kDecay,
  kAms
};

std::vector<CubeDimension> MixedDimensions() {
  std::vector<CubeDimension> dimensions(9);
  const auto category = [&](int index, uint64_t cells) {
    dimensions[index].cells = cells;
    dimensions[index].is_category = true;
  };
  const auto only_with = [&](int index, uint64_t optimizer) {
    dimensions[index].parents = {{.dimension = kOptimizer, .cells = {optimizer}}};
  };
  category(kOptimizer, 3);
  category(kNesterov, 2);
  category(kAms, 2);
  only_with(kMomentum, 0);
  only_with(kNesterov, 0);
  only_with(kAlpha, 1);
  only_with(kDecay, 2);
  only_with(kAms, 2);
  return dimensions;
}

// A learning curve's end as it may look: three optimizers, each with parameters of its own.
double Mixed(const CubePoint& point) {
  const double lr = Between(-5, 0, point[kLr]);
  const double width = std::round(8 * std::pow(256.0 / 8, *point[kWidth]));
  const double shared = .05 * std::pow(Between(0, .6, point[kDropout]) - .25, 2) +
                        .01 * std::pow(std::log2(width) - 6, 2);
  if (point[kMomentum].has_value()) {
    const double momentum = Between(0, .99, point[kMomentum]);
    return .020 + .04 * std::pow(lr + 1 + 1.5 * momentum, 2) + (*point[kNesterov] < .5 ? .004 : 0) +
           .02 * std::pow(momentum - .9, 2) + shared;
  }
  if (point[kAlpha].has_value()) {
    return .010 + .04 * std::pow(lr + 3.2, 2) +
           std::pow(Between(.8, .999, point[kAlpha]) - .92, 2) + shared;
  }
  return .012 + .04 * std::pow(lr + 2.8, 2) +
         .002 * std::pow(Between(-6, -1, point[kDecay]) + 4, 2) + (*point[kAms] < .5 ? 0 : .001) +
         shared;
}

std::vector<Function> Functions() {
  return {{"branin", std::vector<CubeDimension>(2), Branin},
          {"hartmann6", std::vector<CubeDimension>(6), Hartmann6},
          {"rosen5", std::vector<CubeDimension>(5), LogRosenbrock5},
          {"mixed", MixedDimensions(), Mixed}};
}

// The best value after each evaluation. Evaluations end in the order in which they began.
std::vector<double> BestSoFar(const Sampler& sampler, const Function& function, uint64_t seed,
                              int evaluations, int at_once) {
  std::vector<CubeTrial> trials;
  std::vector<double> best;
  for (int i = 0; i < evaluations; ++i) {
    if (i >= at_once) trials[i - at_once].outcome = CubeTrial::Outcome::kScored;
    CubePoint point = sampler.suggest(function.dimensions, trials, seed, i);
    const double value = function.value(point);
    best.push_back(best.empty() ? value : std::min(best.back(), value));
    trials.push_back({.point = std::move(point), .loss = value});
  }
  return best;
}

struct Summary {
  double mean = 0;
  double error = 0;
};

// Curves by seed.
class Curves {
 public:
  Curves(const Sampler& sampler, const Function& function, uint64_t first_seed, int seeds,
         int evaluations, int at_once)
      : curves_(seeds) {
    std::vector<std::thread> threads;
    const int count = std::max(1u, std::thread::hardware_concurrency());
    for (int thread = 0; thread < count; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = thread; i < seeds; i += count) {
          curves_[i] = BestSoFar(sampler, function, first_seed + i, evaluations, at_once);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  Summary At(int evaluations) const {
    Summary summary;
    const auto count = static_cast<double>(curves_.size());
    for (const auto& curve : curves_) summary.mean += curve[evaluations - 1] / count;
    double squares = 0;
    for (const auto& curve : curves_) squares += std::pow(curve[evaluations - 1] - summary.mean, 2);
    summary.error = std::sqrt(squares / (count - 1) / count);
    return summary;
  }
  // The evaluations after which the mean is as low; one more than there are if it never is.
  int Needed(double mean) const {
    const int most = static_cast<int>(curves_[0].size());
    for (int n = 1; n <= most; ++n) {
      if (At(n).mean <= mean) return n;
    }
    return most + 1;
  }

 private:
  std::vector<std::vector<double>> curves_;
};

// Of 21: others may compute on the machine.
double QuickestSuggestionMs(const Sampler& sampler, size_t dimensions) {
  const std::vector<CubeDimension> space(dimensions);
  std::vector<CubeTrial> trials;
  for (uint32_t i = 0; i < sampler.trials; ++i) {
    RandomStream random(1, RandomPurpose::kSearch, i);
    CubePoint point;
    for (size_t d = 0; d < dimensions; ++d) point.push_back(random.NextDouble());
    trials.push_back({.point = std::move(point),
                      .outcome = CubeTrial::Outcome::kScored,
                      .loss = random.NextDouble(),
                      .error = 0.01});
  }
  double quickest = std::numeric_limits<double>::infinity();
  for (uint32_t i = 0; i < 21; ++i) {
    const auto start = std::chrono::steady_clock::now();
    sampler.suggest(space, trials, 1, sampler.trials + i);
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    quickest = std::min(quickest, taken.count());
  }
  return quickest;
}

// Prints a target that is missed.
bool Holds(const char* what, double value, double target) {
  if (value <= target) return true;
  std::printf("MISSED: %s is %.3g, target %.3g\n", what, value, target);
  return false;
}

// Standard errors by which `a` is higher than `b`.
double Difference(const Summary& a, const Summary& b) {
  return (a.mean - b.mean) / std::hypot(a.error, b.error);
}

// The differences of one comparison.
class Differences {
 public:
  void Add(double difference) { all_.push_back(difference); }
  // Prints them in short; false if they miss the targets.
  bool Hold(const std::string& name) const {
    const double worst = *std::max_element(all_.begin(), all_.end());
    const double mean = std::accumulate(all_.begin(), all_.end(), 0.0) / all_.size();
    std::printf("%s: worst %+.2f SE, mean %+.2f SE\n", name.c_str(), worst, mean);
    const bool holds = Holds("the worst difference", worst, kWorstTarget);
    return Holds("the mean difference", mean, kMeanTarget) && holds;
  }

 private:
  std::vector<double> all_;
};

// What Optuna's sampler found after `evaluations`; nothing: that is not recorded.
std::optional<Summary> Recorded(const nlohmann::json& of_function, int evaluations) {
  const auto best = of_function.find("best@" + std::to_string(evaluations));
  if (best == of_function.end()) return std::nullopt;
  return Summary{(*best)["mean"], (*best)["se"]};
}

int Run(const Sampler& sampler, uint64_t first_seed, int seeds, const nlohmann::json& optuna) {
  Differences to_optuna, at_once_to_optuna, at_once_to_one;
  std::printf("%s: best value, mean over %d seeds +- standard error\n", sampler.name.c_str(),
              seeds);
  for (const Function& function : Functions()) {
    const Curves curves(sampler, function, first_seed, seeds, kEvaluations, 1);
    const Curves at_once(sampler, function, first_seed, seeds, kEvaluationsAtOnce, kAtOnce);
    const nlohmann::json& of_function = optuna["results"][sampler.name][function.name];
    for (const int n : {50, 100}) {
      const std::optional<Summary> theirs = Recorded(of_function, n);
      const Summary ours = curves.At(n);
      const int more = static_cast<int>(std::lround(kBudgetAtOnce * n));
      const Summary ours_at_once = at_once.At(more);
      std::printf("%-9s @%-3d  pleat %8.5f +-%.5f", function.name.c_str(), n, ours.mean,
                  ours.error);
      if (theirs.has_value()) {
        to_optuna.Add(Difference(ours, *theirs));
        at_once_to_optuna.Add(Difference(ours_at_once, *theirs));
        std::printf("  optuna (%d seeds) %8.5f +-%.5f  difference %+6.2f SE\n",
                    of_function["seeds"].get<int>(), theirs->mean, theirs->error,
                    Difference(ours, *theirs));
      } else {
        std::printf("  optuna not recorded\n");
      }
      std::printf(
          "%16s%d at a time @%d %8.5f +-%.5f, to one at a time %+6.2f SE; as good after %d\n", "",
          kAtOnce, more, ours_at_once.mean, ours_at_once.error, Difference(ours_at_once, ours),
          at_once.Needed(ours.mean));
      at_once_to_one.Add(Difference(ours_at_once, ours));
    }
  }
  bool holds = to_optuna.Hold("to Optuna");
  holds =
      at_once_to_optuna.Hold("8 at a time with 15 % more evaluations, to Optuna one at a time") &&
      holds;
  holds = at_once_to_one.Hold("8 at a time with 15 % more evaluations, to one at a time") && holds;
  const double latency_ms = QuickestSuggestionMs(sampler, 20);
  std::printf("a suggestion after %u noisy trials of 20 dimensions: %.1f ms\n", sampler.trials,
              latency_ms);
  return Holds("a suggestion's time in ms", latency_ms, sampler.latency_target_ms) && holds ? 0 : 1;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  CLI::App app{"Samplers beside Optuna's, on the same functions and budgets"};
  std::string method = "tpe";
  uint64_t first_seed = 0;
  int seeds = 200;
  std::string optuna = "bench/peers/optuna_samplers.json";
  app.add_option("--method", method, "the sampler")->check(CLI::IsMember({"tpe", "gp"}));
  app.add_option("--first-seed", first_seed, "seed of the first run");
  app.add_option("--seeds", seeds, "number of runs")->check(CLI::Range(2, 100'000));
  app.add_option("--optuna", optuna, "Optuna's recorded figures")->check(CLI::ExistingFile);
  CLI11_PARSE(app, argc, argv);
  std::ifstream file(optuna);
  const auto recorded = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (recorded.is_discarded() || !recorded.contains("results")) {
    std::cerr << optuna << " holds no recorded figures; give bench/peers/optuna_samplers.json\n";
    return 2;
  }
  for (const pleat::Sampler& sampler : pleat::Samplers()) {
    if (sampler.name == method) return pleat::Run(sampler, first_seed, seeds, recorded);
  }
}
