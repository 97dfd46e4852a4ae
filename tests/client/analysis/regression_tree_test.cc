#include "client/analysis/regression_tree.h"

#include <gtest/gtest.h>

#include <numeric>

namespace pleat {
namespace {

RegressionTree Grow(const std::vector<CubeSample>& samples) {
  std::vector<size_t> rows(samples.size());
  std::iota(rows.begin(), rows.end(), size_t{0});
  RandomStream stream(0, RandomPurpose::kForest);
  return RegressionTree(samples, rows, stream);
}

TEST(RegressionTree, FindsTheStepInTheDimensionThatHasIt) {
  std::vector<CubeSample> samples;
  for (int i = 0; i < 20; ++i) {
    const double x = (i + 0.5) / 20;
    samples.push_back({{(i * 7 % 20) / 20.0, x}, x < 0.6 ? 1.0 : 5.0});
  }
  const RegressionTree tree = Grow(samples);
  const std::vector<TreeLeaf> leaves = tree.Leaves();
  ASSERT_EQ(leaves.size(), 2u);
  EXPECT_DOUBLE_EQ(leaves[0].high[1], 0.6);
  EXPECT_DOUBLE_EQ(leaves[0].volume(), 0.6);
  EXPECT_EQ(leaves[0].value, 1);
  EXPECT_EQ(leaves[1].value, 5);
  EXPECT_EQ(tree.Predict({0.9, 0.59}), 1);
  EXPECT_EQ(tree.Predict({0.1, 0.61}), 5);
}

TEST(RegressionTree, LeavesFillTheCubeAndPredictWhatTheTreeDoes) {
  RandomStream stream(3, RandomPurpose::kSearch);
  std::vector<CubeSample> samples;
  for (int i = 0; i < 60; ++i) {
    CubeSample& sample = samples.emplace_back();
    for (int j = 0; j < 3; ++j) sample.point.push_back(stream.NextDouble());
    sample.value = stream.NextNormal();
  }
  const RegressionTree tree = Grow(samples);
  double volume = 0;
  for (const TreeLeaf& leaf : tree.Leaves()) {
    volume += leaf.volume();
    std::vector<double> middle;
    for (int j = 0; j < 3; ++j) middle.push_back((leaf.low[j] + leaf.high[j]) / 2);
    EXPECT_EQ(tree.Predict(middle), leaf.value);
  }
  EXPECT_GT(tree.Leaves().size(), 20u);
  EXPECT_NEAR(volume, 1, 1e-12);
}

TEST(RegressionTree, DoesNotSplitFewRowsOrEqualOnes) {
  const std::vector<CubeSample> few = {{{0.1}, 1}, {{0.5}, 2}, {{0.9}, 6}};
  EXPECT_EQ(Grow(few).Leaves().size(), 1u);
  EXPECT_EQ(Grow(few).Predict({0}), 3);
  EXPECT_EQ(Grow(std::vector<CubeSample>(9, {{0.5}, 2})).Leaves().size(), 1u);
  std::vector<CubeSample> equal(9, {{0.5}, 0.1});
  for (int i = 0; i < 9; ++i) equal[i].point[0] = i / 9.0;
  EXPECT_EQ(Grow(equal).Leaves().size(), 1u);
}

}  // namespace
}  // namespace pleat
