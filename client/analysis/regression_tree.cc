#include "client/analysis/regression_tree.h"

#include <algorithm>
#include <numeric>

namespace pleat {
namespace {

// Nodes with fewer rows than this are not split.
constexpr size_t kLeastRowsToSplit = 4;

}  // namespace

double TreeLeaf::volume() const {
  double volume = 1;
  for (size_t i = 0; i < low.size(); ++i) volume *= high[i] - low[i];
  return volume;
}

RegressionTree::RegressionTree(std::span<const CubeSample> samples, std::vector<size_t> rows,
                               RandomStream& stream)
    : dimensions_(samples[rows[0]].point.size()) {
  std::iota(dimensions_.begin(), dimensions_.end(), size_t{0});
  for (size_t i = dimensions_.size(); i > 1; --i) {
    std::swap(dimensions_[i - 1], dimensions_[stream.NextBelow(i)]);
  }
  Grow(samples, std::move(rows));
}

size_t RegressionTree::Grow(std::span<const CubeSample> samples, std::vector<size_t> rows) {
  const size_t place = nodes_.size();
  nodes_.emplace_back();
  const Split split = BestSplit(samples, rows);
  if (split.gain <= 0) {
    double sum = 0;
    for (const size_t row : rows) sum += samples[row].value;
    nodes_[place].value = sum / static_cast<double>(rows.size());
    return place;
  }
  const auto middle = std::partition(rows.begin(), rows.end(), [&](size_t row) {
    return samples[row].point[split.dimension] < split.threshold;
  });
  const size_t left = Grow(samples, std::vector<size_t>(rows.begin(), middle));
  const size_t right = Grow(samples, std::vector<size_t>(middle, rows.end()));
  nodes_[place] = {.is_leaf = false,
                   .dimension = split.dimension,
                   .threshold = split.threshold,
                   .left = left,
                   .right = right};
  return place;
}

RegressionTree::Split RegressionTree::BestSplit(std::span<const CubeSample> samples,
                                                std::vector<size_t>& rows) const {
  Split best;
  if (rows.size() < kLeastRowsToSplit) return best;
  double mean = 0;
  for (const size_t row : rows) mean += samples[row].value / static_cast<double>(rows.size());
  double squares = 0;
  for (const size_t row : rows)
    squares += (samples[row].value - mean) * (samples[row].value - mean);
  // Less is rounding.
  best.gain = 1e-12 * squares;
  bool found = false;
  for (const size_t dimension : dimensions_) {
    const auto at = [&](size_t i) { return samples[rows[i]].point[dimension]; };
    std::ranges::sort(rows, {}, [&](size_t row) { return samples[row].point[dimension]; });
    double left = 0;  // sum of the values less the mean; the right's is its negative
    for (size_t i = 1; i < rows.size(); ++i) {
      left += samples[rows[i - 1]].value - mean;
      const double threshold = (at(i - 1) + at(i)) / 2;
      if (at(i - 1) >= threshold) continue;  // equal, or no number lies between
      const double gain =
          left * left / static_cast<double>(i) + left * left / static_cast<double>(rows.size() - i);
      if (gain <= best.gain) continue;
      best = {.gain = gain, .dimension = dimension, .threshold = threshold};
      found = true;
    }
  }
  return found ? best : Split();
}

double RegressionTree::Predict(const std::vector<double>& point) const {
  size_t place = 0;
  while (!nodes_[place].is_leaf) {
    const Node& node = nodes_[place];
    place = point[node.dimension] < node.threshold ? node.left : node.right;
  }
  return nodes_[place].value;
}

std::vector<TreeLeaf> RegressionTree::Leaves() const {
  std::vector<TreeLeaf> leaves;
  TreeLeaf cube{.low = std::vector<double>(dimensions_.size(), 0),
                .high = std::vector<double>(dimensions_.size(), 1)};
  CollectLeaves(0, cube, leaves);
  return leaves;
}

void RegressionTree::CollectLeaves(size_t place, TreeLeaf& box,
                                   std::vector<TreeLeaf>& leaves) const {
  const Node& node = nodes_[place];
  if (node.is_leaf) {
    leaves.push_back(box);
    leaves.back().value = node.value;
    return;
  }
  const double low = box.low[node.dimension];
  const double high = box.high[node.dimension];
  box.high[node.dimension] = node.threshold;
  CollectLeaves(node.left, box, leaves);
  box.high[node.dimension] = high;
  box.low[node.dimension] = node.threshold;
  CollectLeaves(node.right, box, leaves);
  box.low[node.dimension] = low;
}

}  // namespace pleat
