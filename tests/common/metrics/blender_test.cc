#include "common/metrics/blender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

TEST(Blender, AveragesProbabilitiesByWeight) {
  Blender blender(Blend::kMeanProbability, 1, 2);
  blender.Add(std::vector<float>{1, 0}, 0.75);
  blender.Add(std::vector<float>{0, 1}, 0.25);
  EXPECT_THAT(blender.Probabilities(), ElementsAre(FloatEq(0.75), FloatEq(0.25)));
}

TEST(Blender, GivesMeansOfLogitsWithoutASoftmax) {
  Blender blender(Blend::kMeanLogit, 2, 2);
  const std::vector<int64_t> first = {0};
  blender.AddRows(first, std::vector<float>{4, 0}, 1);
  blender.AddRows(first, std::vector<float>{0, 2}, 1);
  const std::vector<float> means = blender.Means();
  EXPECT_EQ(means[0], 2);
  EXPECT_EQ(means[1], 1);
  EXPECT_TRUE(std::isnan(means[2]));
}

TEST(Blender, AveragesLogitsBeforeTheSoftmax) {
  Blender blender(Blend::kMeanLogit, 1, 2);
  blender.Add(std::vector<float>{4, 0}, 0.5);
  blender.Add(std::vector<float>{0, 2}, 0.5);
  const float first = 1 / (1 + std::exp(-1.0));  // mean logits 2 and 1
  EXPECT_THAT(blender.Probabilities(), ElementsAre(FloatEq(first), FloatEq(1 - first)));
}

TEST(Blender, AveragesEachRowOverThoseWhoPredictedIt) {
  Blender blender(Blend::kMeanProbability, 3, 1);
  blender.AddRows(std::vector<int64_t>{0, 1}, std::vector<float>{1, 3}, 1);
  blender.AddRows(std::vector<int64_t>{1}, std::vector<float>{6}, 2);
  const std::vector<float> blend = blender.Probabilities();
  EXPECT_FLOAT_EQ(blend[0], 1);
  EXPECT_FLOAT_EQ(blend[1], 5);
  EXPECT_TRUE(std::isnan(blend[2]));
  EXPECT_THAT(blender.PredictedRows(), ElementsAre(0, 1));
}

}  // namespace
}  // namespace pleat
