#include "coordinator/plan/synthetic_objective.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "common/config/constraints.h"

namespace pleat {
namespace {

constexpr RandomPurpose kPurpose = RandomPurpose::kSyntheticObjective;
constexpr size_t kCosines = 32;
// Points that stand for the space, and how often one is drawn for each at most, where constraints
// refuse most.
constexpr size_t kSamples = 1'000;
constexpr size_t kTriesPerSample = 20;
// Along a parameter that matters most, frequencies have this standard deviation, in radians; along
// others down to e^-2.5 of it.
constexpr double kHighestFrequency = 4;
constexpr double kLogFrequencyRange = 2.5;
// Where a parameter that is no part of a point stands.
constexpr double kAbsent = 0.5;

// Parts of a seed.
enum Part : uint64_t { kEnd, kDecay, kStart, kCategory, kFold, kInteraction, kNoise, kSample };

double NormalShare(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double Normal(uint64_t seed, Part part, uint32_t a, uint32_t b) {
  return RandomStream(MixKeys(seed, part), kPurpose, a, b).NextNormal();
}

// The share of ascending values that lie below.
double ShareBelow(const std::vector<double>& values, double value) {
  const auto position = std::ranges::lower_bound(values, value);
  return static_cast<double>(position - values.begin()) / static_cast<double>(values.size());
}

}  // namespace

SmoothFunction::SmoothFunction(uint64_t seed, size_t dimensions) {
  RandomStream random(seed, kPurpose);
  std::vector<double> scales;
  for (size_t d = 0; d < dimensions; ++d) {
    scales.push_back(kHighestFrequency * std::exp(-kLogFrequencyRange * random.NextDouble()));
  }
  for (size_t cosine = 0; cosine < kCosines; ++cosine) {
    std::vector<double>& frequencies = frequencies_.emplace_back();
    for (const double scale : scales) frequencies.push_back(scale * random.NextNormal());
    phases_.push_back(random.NextUniform(0, 2 * std::numbers::pi));
  }
}

double SmoothFunction::At(const std::vector<double>& point) const {
  double sum = 0;
  for (size_t cosine = 0; cosine < kCosines; ++cosine) {
    double angle = phases_[cosine];
    for (size_t d = 0; d < point.size(); ++d) angle += frequencies_[cosine][d] * point[d];
    sum += std::cos(angle);
  }
  return sum * std::sqrt(2.0 / kCosines);
}

double SyntheticCurve::SmoothLossAt(uint32_t epoch) const {
  return end + (start - end) * std::exp(-decay * epoch);
}

double SyntheticCurve::LossAt(uint32_t fold, uint32_t epoch) const {
  // Noise falls with the gap of a curve of middling speed.
  const double early = 1 + 2 * std::exp(-decay * epoch);
  const double loss = SmoothLossAt(epoch) + 0.006 * Normal(seed, kFold, fold, 0) +
                      0.003 * Normal(key, kInteraction, fold, 0) +
                      0.003 * early * Normal(key, kNoise, fold, epoch);
  return std::clamp(loss, 0.0001, 1.0);
}

absl::StatusOr<SyntheticObjective> SyntheticObjective::Make(const v1::SweepSpec& spec,
                                                            uint64_t seed) {
  std::vector<Problem> problems;
  Constraints constraints = Constraints::Make(spec, &problems);
  if (!problems.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(problems.front().path, ": ", problems.front().message));
  }
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space,
                         SearchSpace::Make(spec.search(), std::move(constraints)));
  return SyntheticObjective(std::move(space), seed, spec.training().epochs());
}

SyntheticObjective::SyntheticObjective(SearchSpace space, uint64_t seed, uint32_t epochs)
    : space_(std::move(space)),
      seed_(seed),
      epochs_(epochs),
      end_(MixKeys(seed, kEnd), space_.dimensions().size()),
      decay_(MixKeys(seed, kDecay), space_.dimensions().size()),
      start_(MixKeys(seed, kStart), space_.dimensions().size()) {
  MeasureSpace();
}

std::vector<double> SyntheticObjective::PlaceOf(
    const std::vector<v1::ParameterValue>& point) const {
  const std::vector<std::optional<double>> coordinates = space_.CoordinatesOf(point);
  std::vector<double> place;
  for (size_t d = 0; d < coordinates.size(); ++d) {
    double coordinate = coordinates[d].value_or(kAbsent);
    if (coordinates[d].has_value() && space_.dimensions()[d].kind == Dimension::Kind::kCategory) {
      const uint64_t category = MixKeys(seed_, std::bit_cast<uint64_t>(coordinate));
      coordinate = RandomStream(MixKeys(category, kCategory), kPurpose, static_cast<uint32_t>(d))
                       .NextDouble();
    }
    place.push_back(coordinate);
  }
  return place;
}

void SyntheticObjective::MeasureSpace() {
  std::vector<std::vector<double>> places;
  const size_t dimensions = space_.dimensions().size();
  for (uint32_t draw = 0; draw < kSamples * kTriesPerSample && places.size() < kSamples; ++draw) {
    RandomStream random(MixKeys(seed_, kSample), kPurpose, draw);
    std::vector<double> coordinates(dimensions);
    for (double& coordinate : coordinates) coordinate = random.NextDouble();
    if (!space_.Keeps(space_.ValuesAt(coordinates))) continue;
    places.push_back(PlaceOf(space_.PointAt(coordinates)));
    if (dimensions == 0) break;
  }
  // A space whose constraints leave next to nothing.
  if (places.empty()) places.emplace_back(dimensions, kAbsent);
  for (const std::vector<double>& place : places) ends_.push_back(end_.At(place));
  std::ranges::sort(ends_);
  for (const std::vector<double>& place : places) {
    losses_.push_back(CurveAt(place).SmoothLossAt(epochs_));
  }
  std::ranges::sort(losses_);
}

SyntheticCurve SyntheticObjective::CurveAt(const std::vector<double>& place) const {
  const double q = ShareBelow(ends_, end_.At(place));
  SyntheticCurve curve;
  curve.seed = seed_;
  curve.key = seed_;
  for (const double coordinate : place) {
    curve.key = MixKeys(curve.key, std::bit_cast<uint64_t>(coordinate));
  }
  curve.end = 0.02 + 0.08 * q + 0.25 * std::max(0.0, (q - 0.85) / 0.15);
  curve.start = 0.4 + 0.5 * NormalShare(start_.At(place));
  const double tau = 1.5 * std::pow(6.0, NormalShare(decay_.At(place)));
  curve.decay = 30 / (tau * epochs_);
  return curve;
}

SyntheticCurve SyntheticObjective::CurveOf(const std::vector<v1::ParameterValue>& point) const {
  return CurveAt(PlaceOf(point));
}

double SyntheticObjective::BetterShare(const SyntheticCurve& curve) const {
  return ShareBelow(losses_, curve.SmoothLossAt(epochs_));
}

}  // namespace pleat
