#include "coordinator/search/gp_features.h"

#include <algorithm>

namespace pleat {
namespace {

bool HaveSameParents(const CubeDimension& a, const CubeDimension& b) {
  return std::ranges::equal(a.parents, b.parents, [](const CubeParent& x, const CubeParent& y) {
    return x.dimension == y.dimension && x.cells == y.cells;
  });
}

}  // namespace

GpFeatures::GpFeatures(std::span<const CubeDimension> dimensions) : dimensions_(dimensions) {
  for (const CubeDimension& dimension : dimensions) is_category_.push_back(dimension.is_category);
  for (size_t i = 0; i < dimensions.size(); ++i) {
    if (dimensions[i].parents.empty()) continue;
    const bool is_known = std::ranges::any_of(presences_, [&](size_t other) {
      return HaveSameParents(dimensions[i], dimensions[other]);
    });
    if (is_known) continue;
    presences_.push_back(i);
    is_category_.push_back(true);
  }
}

Eigen::VectorXd GpFeatures::Of(const CubePoint& point) const {
  Eigen::VectorXd features(size());
  for (size_t i = 0; i < point.size(); ++i) {
    if (!dimensions_[i].is_category) {
      features[i] = point[i].value_or(0.5);
    } else {
      features[i] =
          point[i].has_value() ? static_cast<double>(CubeCell(dimensions_[i], *point[i])) : -1;
    }
  }
  for (size_t k = 0; k < presences_.size(); ++k) {
    features[point.size() + k] = point[presences_[k]].has_value() ? 1 : 0;
  }
  return features;
}

}  // namespace pleat
