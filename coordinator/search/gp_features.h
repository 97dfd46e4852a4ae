// Points of a conditional cube as features of a Gaussian process.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "coordinator/search/eigen.h"
#include "coordinator/search/search_cube.h"

namespace pleat {

// Each dimension is a feature: its coordinate, or the number of its category. Where it does not
// exist, a coordinate counts as the middle, 0.5, and a category as one of its own. Dimensions that
// exist under the same conditions share one more feature, a category that tells whether they do.
class GpFeatures {
 public:
  explicit GpFeatures(std::span<const CubeDimension> dimensions);

  size_t size() const { return is_category_.size(); }
  const std::vector<bool>& is_category() const { return is_category_; }
  // The feature of a dimension has the dimension's number.
  Eigen::VectorXd Of(const CubePoint& point) const;

 private:
  std::span<const CubeDimension> dimensions_;
  std::vector<bool> is_category_;
  // Of each feature of presence, one dimension that has it.
  std::vector<size_t> presences_;
};

}  // namespace pleat
