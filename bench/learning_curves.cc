#include "learning_curves.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "common/base/philox.h"

namespace pleat {
namespace {

// numpy.random.RandomState: random_sample and normal, bit for bit.
class NumpyDraws {
 public:
  explicit NumpyDraws(uint32_t seed) : generator_(seed) {}
  double Double() {
    const uint32_t high = static_cast<uint32_t>(generator_()) >> 5;
    const uint32_t low = static_cast<uint32_t>(generator_()) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }
  double Uniform(double low, double high) { return low + (high - low) * Double(); }
  // Marsaglia's polar method; the first of the pair is kept for the next call.
  double Normal(double scale) {
    if (has_kept_) {
      has_kept_ = false;
      return scale * kept_;
    }
    double x = 0, y = 0, r2 = 0;
    do {
      x = 2 * Double() - 1;
      y = 2 * Double() - 1;
      r2 = x * x + y * y;
    } while (r2 >= 1 || r2 == 0);
    const double factor = std::sqrt(-2 * std::log(r2) / r2);
    kept_ = factor * x;
    has_kept_ = true;
    return scale * factor * y;
  }

 private:
  std::mt19937 generator_;
  bool has_kept_ = false;
  double kept_ = 0;
};

constexpr double kFastestTau = 1.5;
constexpr double kSlowestTau = 9;
// What the generator's time constants are of.
constexpr double kRecordedEpochs = 30;

// One configuration.
struct Line {
  double end = 0;   // q
  double rise = 0;  // a
  double tau = 0;   // of 30 epochs

  double At(CurveKind kind, double t, double epochs) const {
    const double scaled = t * kRecordedEpochs / epochs;
    const double gap = rise * std::exp(-scaled / tau);
    switch (kind) {
      case CurveKind::kPower: {
        const double speed = std::log(kSlowestTau / tau) / std::log(kSlowestTau / kFastestTau);
        return end - 0.7 * rise * std::pow(t, -0.5 - 1.5 * speed);
      }
      case CurveKind::kSchedule: {
        const double done = (1 - std::cos(std::numbers::pi * t / epochs)) / 2;
        return end - gap * (1 - done / 4) - 0.06 * (1 - done);
      }
      default:
        return end - gap;
    }
  }
};

// The draws that all worlds share, in the generator's order.
std::vector<Line> DrawLines(const World& world, NumpyDraws& random) {
  std::vector<Line> lines(kConfigurations);
  std::vector<double> u, v, w;
  for (std::vector<double>* draws : {&u, &v, &w}) {
    for (uint32_t i = 0; i < kConfigurations; ++i) draws->push_back(random.Double());
  }
  for (uint32_t i = 0; i < kConfigurations; ++i) {
    lines[i].end = 0.98 - 0.08 * u[i] - (v[i] < 0.15 ? 0.25 * w[i] : 0);
  }
  for (Line& line : lines) {
    line.tau = std::exp(random.Uniform(std::log(kFastestTau), std::log(kSlowestTau)));
  }
  for (Line& line : lines) line.rise = line.end - random.Uniform(0.1, 0.6);
  for (uint32_t i = 0; i < kConfigurations; ++i) {
    if (world.kind == CurveKind::kEqual) lines[i] = {.end = 0.95, .rise = 0.6, .tau = 4};
    if (world.kind == CurveKind::kCrossing) {
      lines[i].tau = kSlowestTau * std::pow(kFastestTau / kSlowestTau, u[i]);
    }
  }
  const auto worse = [&](const Line& a, const Line& b) {
    return a.At(world.kind, world.epochs, world.epochs) <
           b.At(world.kind, world.epochs, world.epochs);
  };
  if (world.kind == CurveKind::kImproving) std::ranges::stable_sort(lines, worse);
  if (world.kind == CurveKind::kWorsening) {
    std::ranges::stable_sort(lines, [&](const Line& a, const Line& b) { return worse(b, a); });
  }
  return lines;
}

// By how much each fold's noise is more.
std::vector<double> FoldScales(const World& world, uint32_t seed) {
  std::vector<double> scales(world.folds, 1);
  if (world.kind != CurveKind::kFoldNoise) return scales;
  RandomStream random(seed, RandomPurpose::kSearch, 1);
  for (double& scale : scales) scale = std::exp(random.NextUniform(std::log(0.5), std::log(4)));
  return scales;
}

// Student's t with 3 degrees of freedom from a normal draw.
double HeavyTail(double normal, RandomStream& random) {
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += std::pow(random.NextNormal(), 2);
  return normal / std::sqrt(squares / 3);
}

}  // namespace

Curves DrawCurves(const World& world, uint32_t seed) {
  NumpyDraws random(seed);
  const std::vector<Line> lines = DrawLines(world, random);
  std::vector<double> fold_effects, interactions;
  for (uint32_t k = 0; k < world.folds; ++k) fold_effects.push_back(random.Normal(0.006));
  for (uint32_t i = 0; i < kConfigurations * world.folds; ++i) {
    interactions.push_back(random.Normal(0.003));
  }
  const std::vector<double> scales = FoldScales(world, seed);
  RandomStream heavy(seed, RandomPurpose::kSearch, 2);
  Curves curves;
  for (uint32_t c = 0; c < kConfigurations; ++c) {
    auto& folds = curves.accuracy.emplace_back(world.folds);
    for (uint32_t k = 0; k < world.folds; ++k) {
      for (uint32_t t = 1; t <= world.epochs; ++t) {
        double noise = random.Normal(0.003);
        if (world.kind == CurveKind::kHeavy) noise = 2 * HeavyTail(noise, heavy);
        noise *= 1 + 2 * std::exp(-(t * kRecordedEpochs / world.epochs) / 4);
        const double value = lines[c].At(world.kind, t, world.epochs) + fold_effects[k] +
                             scales[k] * (interactions[c * world.folds + k] + noise);
        folds[k].push_back(std::clamp(value, 0.0, 1.0));
      }
    }
    curves.truth.push_back(lines[c].At(world.kind, world.epochs, world.epochs));
  }
  return curves;
}

}  // namespace pleat
