#include "worker/data/channel_moments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// Two channels: one that changes, one of 51 all over.
Dataset TwoChannels() {
  Dataset dataset;
  dataset.rows = 5;
  dataset.height = 3;
  dataset.width = 2;
  dataset.channels = 2;
  for (int i = 0; i < 5 * 3 * 2; ++i) {
    dataset.pixels.push_back(static_cast<uint8_t>(i * 97 % 256));
    dataset.pixels.push_back(51);
  }
  return dataset;
}

TEST(ChannelMoments, AreThoseOfTheGivenRowsOnly) {
  const Dataset dataset = TwoChannels();
  const std::vector<int64_t> rows = {1, 3, 4};
  double sum = 0;
  double squares = 0;
  for (const int64_t row : rows) {
    for (int pixel = 0; pixel < 6; ++pixel) {
      const double value = dataset.row(row)[2 * pixel] / 255.0;
      sum += value;
      squares += value * value;
    }
  }
  const double mean = sum / 18;
  const ChannelMoments moments = ChannelMomentsOf(dataset, rows, 255);
  EXPECT_THAT(moments.mean, ElementsAre(DoubleNear(mean, 1e-14), DoubleNear(0.2, 1e-15)));
  EXPECT_NEAR(moments.deviation[0], std::sqrt(squares / 18 - mean * mean), 1e-14);
}

TEST(ChannelMoments, AConstantChannelIsDividedByOne) {
  EXPECT_EQ(ChannelMomentsOf(TwoChannels(), std::vector<int64_t>{0, 2}, 255).deviation[1], 1);
}

TEST(ChannelMoments, DoNotDependOnTheOrderOfRows) {
  const Dataset dataset = TwoChannels();
  const ChannelMoments one = ChannelMomentsOf(dataset, std::vector<int64_t>{0, 1, 2, 3, 4}, 7);
  const ChannelMoments other = ChannelMomentsOf(dataset, std::vector<int64_t>{3, 0, 4, 2, 1}, 7);
  EXPECT_EQ(one.mean, other.mean);
  EXPECT_EQ(one.deviation, other.deviation);
}

}  // namespace
}  // namespace pleat
