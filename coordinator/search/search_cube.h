// The unit cube that methods which learn see of a search space, and trials as points of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace pleat {

// An earlier dimension, and cells of it.
struct CubeParent {
  size_t dimension = 0;
  std::vector<uint64_t> cells;
};

// One dimension of the unit cube, in which even draws are draws from the search space.
struct CubeDimension {
  // Number of cells of [0, 1), each of which is one value; 0: every number is one.
  uint64_t cells = 0;
  // The cells are LogCells with this start. Nothing: they are equally wide.
  std::optional<double> log_start = {};
  // The cells are categories: no two of them are nearer to each other than others.
  bool is_category = false;
  // The dimension exists only where each of these, which have cells, stands in one of its cells
  // here. None: it always exists.
  std::vector<CubeParent> parents = {};
};

// The last coordinate.
inline constexpr double kLastCoordinate = 1 - 0x1.0p-53;

// A coordinate in [0, 1) per dimension, the middle of its cell if there are cells; nothing where
// the dimension does not exist.
using CubePoint = std::vector<std::optional<double>>;

// True for points that may be trials.
using CubeFilter = std::function<bool(const CubePoint& point)>;

// A trial that stands before the one to suggest.
struct CubeTrial {
  enum class Outcome {
    kScored,
    kFailed,   // counts as worse than all that are scored
    kRunning,  // has its place, but no score yet
  };
  CubePoint point;
  Outcome outcome = Outcome::kRunning;
  double loss = 0;   // of a scored trial, finite; lower is better
  double error = 0;  // standard error of `loss`; 0: exact
  // It is of an earlier sweep: to try its point here is no repetition.
  bool is_earlier = false;
};

// Number of the cell that a coordinate lies in.
uint64_t CubeCell(const CubeDimension& dimension, double coordinate);
// The width of that cell; of a dimension without cells 0.
double CubeCellWidth(const CubeDimension& dimension, double coordinate);
// The middle of the cell that a coordinate lies in; of a dimension without cells the coordinate.
double CubeMiddle(const CubeDimension& dimension, double coordinate);
// The middle of cell `cell`.
double CubeMiddleOfCell(const CubeDimension& dimension, uint64_t cell);
// True if dimension `index` exists at a point whose earlier coordinates stand.
bool CubeExists(std::span<const CubeDimension> dimensions, size_t index, const CubePoint& point);
// The point at coordinates of all dimensions, of which those that do not exist are left out.
CubePoint CubePointAt(std::span<const CubeDimension> dimensions,
                      std::span<const double> coordinates);

// How many trials have this outcome.
size_t CountOutcome(std::span<const CubeTrial> trials, CubeTrial::Outcome outcome);
// True if a trial that is of no earlier sweep stands at exactly this point.
bool IsTried(std::span<const CubeTrial> trials, const CubePoint& point);

// True while trial `trial` belongs to the startup of a method that learns: trials below
// `startup_trials`, less as many as are of earlier sweeps, and all until a quarter as many have
// ended and one is scored.
bool IsInStartup(std::span<const CubeTrial> trials, uint32_t startup_trials, uint32_t trial);
// A point of the startup, a Latin hypercube: of `slices` trials in a row, one in each of as many
// slices of each dimension.
CubePoint StartupPoint(std::span<const CubeDimension> dimensions, uint32_t slices, uint64_t seed,
                       uint32_t trial);

}  // namespace pleat
