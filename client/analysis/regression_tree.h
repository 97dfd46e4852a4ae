// A regression tree over the unit cube (Breiman et al. 1984).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/base/philox.h"

namespace pleat {

// What was measured at a point of the cube, whose coordinates are from 0 to 1.
struct CubeSample {
  std::vector<double> point;
  double value = 0;
};

// A part of the cube in which a tree predicts one value.
struct TreeLeaf {
  std::vector<double> low;   // by dimension
  std::vector<double> high;  // by dimension
  double value = 0;

  double volume() const;
};

// Splits the cube across one dimension at a time, where it lessens the squared error most, halfway
// between two samples, until each leaf has at most three samples or equal ones.
class RegressionTree {
 public:
  // Grows it on `rows`, places in `samples`, which may be named more than once; at least one. The
  // stream decides which dimension comes first where two are equally good.
  RegressionTree(std::span<const CubeSample> samples, std::vector<size_t> rows,
                 RandomStream& stream);

  double Predict(const std::vector<double>& point) const;
  // They fill the cube.
  std::vector<TreeLeaf> Leaves() const;

 private:
  struct Node {
    bool is_leaf = true;
    double value = 0;      // of a leaf
    size_t dimension = 0;  // of a split: below the threshold to the left
    double threshold = 0;
    size_t left = 0;  // places of nodes
    size_t right = 0;
  };
  struct Split {
    double gain = 0;  // 0: there is none
    size_t dimension = 0;
    double threshold = 0;
  };

  size_t Grow(std::span<const CubeSample> samples, std::vector<size_t> rows);
  Split BestSplit(std::span<const CubeSample> samples, std::vector<size_t>& rows) const;
  void CollectLeaves(size_t node, TreeLeaf& box, std::vector<TreeLeaf>& leaves) const;

  std::vector<size_t> dimensions_;  // in the order in which they are tried
  std::vector<Node> nodes_;         // the root first
};

}  // namespace pleat
