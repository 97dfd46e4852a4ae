// The point of a cube of which a Gaussian process hopes most.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "common/base/philox.h"
#include "coordinator/search/gp_acquisition.h"
#include "coordinator/search/gp_features.h"
#include "coordinator/search/search_cube.h"

namespace pleat {

// Searches a cube for the highest acquisition among points that `may_be` allows: draws all over the
// cube and around good points, then climbs from the best draws. Coordinates without cells climb
// along the gradient; so do those of many cells, and step to the middle of one; others try their
// cells in turn. All values that are compared are of points that may be.
class GpMaximizer {
 public:
  // All outlive this.
  GpMaximizer(std::span<const CubeDimension> dimensions, const GpFeatures& features,
              const GpAcquisition& acquisition, CubeFilter may_be);

  // `draws`: of each kind; `good`: points to draw around, the best first. Nothing: no draw may be.
  std::optional<CubePoint> Find(std::span<const CubePoint> good, int draws,
                                RandomStream random) const;

 private:
  // Coordinates of all dimensions, those that do not exist there included, and the acquisition.
  struct Place {
    std::vector<double> coordinates;
    double value = 0;
  };
  std::vector<double> DrawAround(const CubePoint& center, RandomStream& random) const;
  std::vector<Place> BestDraws(std::span<const CubePoint> good, int draws,
                               RandomStream& random) const;
  bool IsAllowed(const Place& place) const;
  double ValueAt(const std::vector<double>& coordinates) const;
  // A step of a climb; true if it leads higher.
  bool ClimbGradient(Place* place) const;
  bool StepCells(Place* place) const;
  std::vector<uint64_t> CellsBeside(size_t dimension, double coordinate) const;
  // True if the coordinate climbs along the gradient.
  bool IsSmooth(size_t dimension) const;

  std::span<const CubeDimension> dimensions_;
  const GpFeatures& features_;
  const GpAcquisition& acquisition_;
  CubeFilter may_be_;
};

}  // namespace pleat
