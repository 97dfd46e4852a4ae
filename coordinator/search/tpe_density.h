// The densities that the tree-structured Parzen estimator compares: kernels around trials.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/base/philox.h"

namespace pleat {

// An earlier dimension, and cells of it.
struct TpeParent {
  size_t dimension = 0;
  std::vector<uint64_t> cells;
};

// One dimension of the unit cube, in which even draws are draws from the search space.
struct TpeDimension {
  // Number of cells of [0, 1), each of which is one value; 0: every number is one.
  uint64_t cells = 0;
  // The cells are LogCells with this start. Nothing: they are equally wide.
  std::optional<double> log_start = {};
  // The cells are categories: no two of them are nearer to each other than others.
  bool is_category = false;
  // The dimension exists only where each of these, which have cells, stands in one of its cells
  // here. None: it always exists.
  std::vector<TpeParent> parents = {};
};

// A coordinate in [0, 1) per dimension, the middle of its cell if there are cells; nothing where
// the dimension does not exist.
using TpePoint = std::vector<std::optional<double>>;

// Number of the cell that a coordinate lies in.
uint64_t TpeCell(const TpeDimension& dimension, double coordinate);
// The middle of the cell that a coordinate lies in; of a dimension without cells the coordinate.
double TpeMiddle(const TpeDimension& dimension, double coordinate);
// True if dimension `index` exists at a point whose earlier coordinates stand.
bool TpeExists(std::span<const TpeDimension> dimensions, size_t index, const TpePoint& point);

// A multivariate Parzen estimator: a weighted mean of kernels, each the product over the dimensions
// of a normal density cut to [0, 1], or for a category of a probability for the kernel's own and
// one for each of the others. One more kernel, of weight 1, is the even density: the prior. A
// kernel that lacks a dimension is even in it, so that trials of all arms of a conditional space
// stand in one estimator, and a dimension tells only among trials that have it.
class TpeDensity {
 public:
  struct Kernel {
    TpePoint center;
    double weight = 1;
  };
  // `width` is the normal kernels' standard deviation for one kernel; it shrinks with n, the sum of
  // all weights, as n^(-1 / (dimensions + 4)) (Scott 1992), to half the kernel's cell at least.
  // Kernels of weight 0 are left out. The dimensions outlive this.
  TpeDensity(std::span<const TpeDimension> dimensions, std::vector<Kernel> kernels, double width);

  // Logarithm of the density at a point.
  double LogDensity(const TpePoint& point) const;
  TpePoint Draw(RandomStream& random) const;

 private:
  // What a dimension adds to the logarithm of kernels that are not normal in it.
  struct Factor {
    double log_even = 0;   // of its even density
    double log_own = 0;    // of a category: that of the kernel
    double log_other = 0;  // of a category: one of the others
  };
  // The normal density of a kernel in a dimension: its standard deviation, and the logarithm of
  // what it is at its center.
  struct Normal {
    double width = 0;
    double log_height = 0;
  };
  static Factor FactorOf(const TpeDimension& dimension);
  static Normal NormalOf(const TpeDimension& dimension, double center, double width);
  double LogFactor(size_t kernel, size_t dimension, double coordinate) const;
  double DrawCoordinate(size_t kernel, size_t dimension, RandomStream& random) const;

  std::span<const TpeDimension> dimensions_;
  std::vector<Factor> factors_;  // of each dimension
  std::vector<Kernel> kernels_;  // the last is the prior, without coordinates; weights sum to 1
  // Of each kernel: logarithm of its weight, and its density in each dimension.
  std::vector<double> log_weights_;
  std::vector<std::vector<Normal>> normals_;
};

}  // namespace pleat
