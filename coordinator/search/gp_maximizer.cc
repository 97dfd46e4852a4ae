#include "coordinator/search/gp_maximizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "coordinator/search/lbfgs.h"

namespace pleat {
namespace {

// So many cells are tried one by one.
constexpr uint64_t kFewCells = 16;
// Of a longer list so many, evenly spaced from the present one.
constexpr uint64_t kMostCategories = 64;
constexpr size_t kClimbs = 6;
constexpr int kMostRounds = 4;
constexpr int kMostGradientSteps = 50;
// Climbs begin inside the cube by this much, since at its faces no slope leads away.
constexpr double kInside = 1e-3;
// Deviations of draws around good points: powers of 10 between these.
constexpr double kWidestDraw = -0.5;
constexpr double kNarrowestDraw = -3;

double Inside(double coordinate) { return std::clamp(coordinate, 0.0, kLastCoordinate); }

// A coordinate as that of an angle, so that a climb without bounds stays within [0, 1].
double CoordinateOfAngle(double angle) { return Inside(0.5 - 0.5 * std::cos(angle)); }
double AngleOf(double coordinate) {
  return std::acos(1 - 2 * std::clamp(coordinate, kInside, 1 - kInside));
}

}  // namespace

GpMaximizer::GpMaximizer(std::span<const CubeDimension> dimensions, const GpFeatures& features,
                         const GpAcquisition& acquisition, CubeFilter may_be)
    : dimensions_(dimensions),
      features_(features),
      acquisition_(acquisition),
      may_be_(std::move(may_be)) {}

bool GpMaximizer::IsSmooth(size_t dimension) const {
  const CubeDimension& one = dimensions_[dimension];
  return !one.is_category && (one.cells == 0 || one.cells > kFewCells);
}

bool GpMaximizer::IsAllowed(const Place& place) const {
  return may_be_(CubePointAt(dimensions_, place.coordinates));
}

double GpMaximizer::ValueAt(const std::vector<double>& coordinates) const {
  return acquisition_.At(features_.Of(CubePointAt(dimensions_, coordinates)));
}

std::vector<double> GpMaximizer::DrawAround(const CubePoint& center, RandomStream& random) const {
  const double width = std::pow(10, random.NextUniform(kNarrowestDraw, kWidestDraw));
  // One of them moves at least.
  const double moving = random.NextDouble();
  const size_t one = random.NextBelow(center.size());
  std::vector<double> coordinates;
  for (size_t i = 0; i < center.size(); ++i) {
    const double anywhere = random.NextDouble();
    const double step = random.NextNormal();
    const bool moves = random.NextDouble() < moving || i == one;
    if (!center[i].has_value()) {
      coordinates.push_back(anywhere);
    } else if (!moves) {
      coordinates.push_back(*center[i]);
    } else if (dimensions_[i].is_category) {
      coordinates.push_back(anywhere);
    } else {
      const double reach = std::max(width, CubeCellWidth(dimensions_[i], *center[i]));
      coordinates.push_back(Inside(*center[i] + reach * step));
    }
  }
  return coordinates;
}

std::vector<GpMaximizer::Place> GpMaximizer::BestDraws(std::span<const CubePoint> good, int draws,
                                                       RandomStream& random) const {
  std::vector<Place> places;
  for (int i = 0; i < draws; ++i) {
    Place& place = places.emplace_back();
    for (size_t d = 0; d < dimensions_.size(); ++d) {
      place.coordinates.push_back(random.NextDouble());
    }
  }
  for (int i = 0; i < draws && !good.empty(); ++i) {
    places.push_back({.coordinates = DrawAround(good[i % good.size()], random)});
  }
  Eigen::MatrixXd points(places.size(), features_.size());
  for (size_t i = 0; i < places.size(); ++i) {
    points.row(i) = features_.Of(CubePointAt(dimensions_, places[i].coordinates)).transpose();
  }
  const Eigen::VectorXd values = acquisition_.AtAll(points);
  for (size_t i = 0; i < places.size(); ++i) places[i].value = values[i];
  std::ranges::stable_sort(places, std::ranges::greater(), &Place::value);
  // To ask whether a point may be costs more than the rest, so only the best are asked for.
  std::vector<Place> best;
  for (Place& place : places) {
    if (best.size() == kClimbs) break;
    if (IsAllowed(place)) best.push_back(std::move(place));
  }
  return best;
}

bool GpMaximizer::ClimbGradient(Place* place) const {
  const CubePoint start = CubePointAt(dimensions_, place->coordinates);
  std::vector<size_t> moving;
  for (size_t i = 0; i < start.size(); ++i) {
    if (start[i].has_value() && IsSmooth(i)) moving.push_back(i);
  }
  if (moving.empty()) return false;
  Eigen::VectorXd features = features_.Of(start);
  Eigen::VectorXd angles(moving.size());
  for (size_t k = 0; k < moving.size(); ++k) angles[k] = AngleOf(*start[moving[k]]);
  const auto fall = [&](const Eigen::VectorXd& at, Eigen::VectorXd* gradient) {
    for (size_t k = 0; k < moving.size(); ++k) features[moving[k]] = CoordinateOfAngle(at[k]);
    Eigen::VectorXd by_feature;
    const double value = acquisition_.At(features, &by_feature);
    gradient->resize(at.size());
    for (size_t k = 0; k < moving.size(); ++k) {
      (*gradient)[k] = -by_feature[moving[k]] * 0.5 * std::sin(at[k]);
    }
    return -value;
  };
  const Minimum found = MinimizeLbfgs(fall, angles, kMostGradientSteps);
  Place higher = *place;
  for (size_t k = 0; k < moving.size(); ++k) {
    higher.coordinates[moving[k]] = CoordinateOfAngle(found.point[k]);
  }
  higher.value = ValueAt(higher.coordinates);
  if (!(higher.value > place->value) || !IsAllowed(higher)) return false;
  *place = std::move(higher);
  return true;
}

std::vector<uint64_t> GpMaximizer::CellsBeside(size_t dimension, double coordinate) const {
  const CubeDimension& one = dimensions_[dimension];
  std::vector<uint64_t> cells;
  const uint64_t cell = CubeCell(one, coordinate);
  if (one.is_category || one.cells <= kFewCells) {
    const uint64_t step = (one.cells + kMostCategories - 1) / kMostCategories;
    for (uint64_t k = step; k < one.cells; k += step) cells.push_back((cell + k) % one.cells);
    return cells;
  }
  for (const uint64_t step : {1, 2, 4}) {
    if (cell >= step) cells.push_back(cell - step);
    if (cell + step < one.cells) cells.push_back(cell + step);
  }
  return cells;
}

bool GpMaximizer::StepCells(Place* place) const {
  bool is_higher = false;
  for (size_t i = 0; i < dimensions_.size(); ++i) {
    if (dimensions_[i].cells < 2) continue;
    // It may have come to exist, or not, by the steps before.
    if (!CubePointAt(dimensions_, place->coordinates)[i].has_value()) continue;
    Place best = *place;
    for (const uint64_t cell : CellsBeside(i, place->coordinates[i])) {
      Place next = *place;
      next.coordinates[i] = CubeMiddleOfCell(dimensions_[i], cell);
      next.value = ValueAt(next.coordinates);
      if (next.value > best.value && IsAllowed(next)) best = std::move(next);
    }
    is_higher = is_higher || best.value > place->value;
    *place = std::move(best);
  }
  return is_higher;
}

std::optional<CubePoint> GpMaximizer::Find(std::span<const CubePoint> good, int draws,
                                           RandomStream random) const {
  std::optional<Place> best;
  for (Place& place : BestDraws(good, draws, random)) {
    for (int round = 0; round < kMostRounds; ++round) {
      ClimbGradient(&place);
      if (!StepCells(&place)) break;
    }
    if (!best.has_value() || place.value > best->value) best = std::move(place);
  }
  if (!best.has_value()) return std::nullopt;
  return CubePointAt(dimensions_, best->coordinates);
}

}  // namespace pleat
