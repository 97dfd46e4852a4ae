#include "coordinator/search/search_cube.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/base/philox.h"
#include "coordinator/search/log_cells.h"

namespace pleat {
namespace {

// Streams of a trial's draws in the startup; the first ones are of its coordinates.
constexpr uint32_t kSlices = 1'000'000;

// Where a cell begins, which is where the one before it ends.
double BeginOf(const CubeDimension& dimension, double cell) {
  const auto count = static_cast<double>(dimension.cells);
  if (!dimension.log_start.has_value()) return cell / count;
  return LogCells{.start = *dimension.log_start, .count = count}.BeginOf(cell);
}

// The cell that a coordinate lies in; its fraction tells where.
double PlaceOf(const CubeDimension& dimension, double coordinate) {
  const auto count = static_cast<double>(dimension.cells);
  if (!dimension.log_start.has_value()) return coordinate * count;
  return LogCells{.start = *dimension.log_start, .count = count}.PlaceOf(coordinate);
}

}  // namespace

uint64_t CubeCell(const CubeDimension& dimension, double coordinate) {
  const double cell = std::floor(PlaceOf(dimension, coordinate));
  return std::min(static_cast<uint64_t>(std::max(cell, 0.0)), dimension.cells - 1);
}

double CubeCellWidth(const CubeDimension& dimension, double coordinate) {
  if (dimension.cells == 0) return 0;
  const auto cell = static_cast<double>(CubeCell(dimension, coordinate));
  return BeginOf(dimension, cell + 1) - BeginOf(dimension, cell);
}

double CubeMiddle(const CubeDimension& dimension, double coordinate) {
  if (dimension.cells == 0) return coordinate;
  return CubeMiddleOfCell(dimension, CubeCell(dimension, coordinate));
}

double CubeMiddleOfCell(const CubeDimension& dimension, uint64_t cell) {
  const auto place = static_cast<double>(cell);
  return std::min((BeginOf(dimension, place) + BeginOf(dimension, place + 1)) / 2, kLastCoordinate);
}

bool CubeExists(std::span<const CubeDimension> dimensions, size_t index, const CubePoint& point) {
  return std::ranges::all_of(dimensions[index].parents, [&](const CubeParent& parent) {
    const std::optional<double>& coordinate = point[parent.dimension];
    if (!coordinate.has_value()) return false;
    const uint64_t cell = CubeCell(dimensions[parent.dimension], *coordinate);
    return std::ranges::find(parent.cells, cell) != parent.cells.end();
  });
}

CubePoint CubePointAt(std::span<const CubeDimension> dimensions,
                      std::span<const double> coordinates) {
  CubePoint point(dimensions.size());
  for (size_t i = 0; i < point.size(); ++i) {
    if (CubeExists(dimensions, i, point)) point[i] = CubeMiddle(dimensions[i], coordinates[i]);
  }
  return point;
}

size_t CountOutcome(std::span<const CubeTrial> trials, CubeTrial::Outcome outcome) {
  return std::ranges::count_if(trials,
                               [&](const CubeTrial& trial) { return trial.outcome == outcome; });
}

bool IsTried(std::span<const CubeTrial> trials, const CubePoint& point) {
  return std::ranges::any_of(
      trials, [&](const CubeTrial& trial) { return !trial.is_earlier && trial.point == point; });
}

bool IsInStartup(std::span<const CubeTrial> trials, uint32_t startup_trials, uint32_t trial) {
  const size_t scored = CountOutcome(trials, CubeTrial::Outcome::kScored);
  const size_t ended = scored + CountOutcome(trials, CubeTrial::Outcome::kFailed);
  const auto earlier = static_cast<size_t>(std::ranges::count_if(trials, &CubeTrial::is_earlier));
  return trial + earlier < startup_trials || 4 * ended < startup_trials || scored == 0;
}

CubePoint StartupPoint(std::span<const CubeDimension> dimensions, uint32_t slices, uint64_t seed,
                       uint32_t trial) {
  std::vector<double> coordinates(dimensions.size());
  for (uint32_t i = 0; i < coordinates.size(); ++i) {
    std::vector<uint32_t> order(slices);
    std::iota(order.begin(), order.end(), 0);
    RandomStream shuffle(seed, RandomPurpose::kSearch, trial / slices, kSlices + i);
    for (uint32_t k = slices - 1; k > 0; --k) std::swap(order[k], order[shuffle.NextBelow(k + 1)]);
    const double inside = RandomStream(seed, RandomPurpose::kSearch, trial, i).NextDouble();
    coordinates[i] = (order[trial % slices] + inside) / slices;
  }
  return CubePointAt(dimensions, coordinates);
}

}  // namespace pleat
