// The densities that the tree-structured Parzen estimator compares: kernels around trials.
#pragma once

#include <span>
#include <vector>

#include "common/base/philox.h"
#include "coordinator/search/search_cube.h"

namespace pleat {

// A multivariate Parzen estimator: a weighted mean of kernels, each the product over the dimensions
// of a normal density cut to [0, 1], or for a category of a probability for the kernel's own and
// one for each of the others. One more kernel, of weight 1, is the even density: the prior. A
// kernel that lacks a dimension is even in it, so that trials of all arms of a conditional space
// stand in one estimator, and a dimension tells only among trials that have it.
class TpeDensity {
 public:
  struct Kernel {
    CubePoint center;
    double weight = 1;
  };
  // `width` is the normal kernels' standard deviation for one kernel; it shrinks with n, the sum of
  // all weights, as n^(-1 / (dimensions + 4)) (Scott 1992), to half the kernel's cell at least.
  // Kernels of weight 0 are left out. The dimensions outlive this.
  TpeDensity(std::span<const CubeDimension> dimensions, std::vector<Kernel> kernels, double width);

  // Logarithm of the density at a point.
  double LogDensity(const CubePoint& point) const;
  CubePoint Draw(RandomStream& random) const;

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
  static Factor FactorOf(const CubeDimension& dimension);
  static Normal NormalOf(const CubeDimension& dimension, double center, double width);
  double LogFactor(size_t kernel, size_t dimension, double coordinate) const;
  double DrawCoordinate(size_t kernel, size_t dimension, RandomStream& random) const;

  std::span<const CubeDimension> dimensions_;
  std::vector<Factor> factors_;  // of each dimension
  std::vector<Kernel> kernels_;  // the last is the prior, without coordinates; weights sum to 1
  // Of each kernel: logarithm of its weight, and its density in each dimension.
  std::vector<double> log_weights_;
  std::vector<std::vector<Normal>> normals_;
};

}  // namespace pleat
