#include "worker/train/weight_average.h"

#include <gtest/gtest.h>

#include "tests/worker/train/training_fixture.h"

namespace pleat {
namespace {

// One parameter of three numbers and a statistic of one.
class WeightAverageTest : public testing::Test {
 protected:
  WeightAverageTest() {
    weights_.AddParameter("weight", {3}, [](at::Tensor& tensor) { tensor.fill_(1); });
    weights_.AddStatistic("mean", {1}, 10);
    weights_.Allocate(at::kDouble, at::kCPU);
    spec_.set_decay(0.5);
  }

  static double First(const at::Tensor& tensor) { return tensor[0].item<double>(); }

  FlatParameters weights_;
  v1::EmaSpec spec_;
};

TEST_F(WeightAverageTest, FollowsParametersAndStatisticsByTheDecay) {
  WeightAverage average(spec_, weights_);
  weights_.values().narrow(0, 0, 3).fill_(2);
  weights_.statistic_values().narrow(0, 0, 1).fill_(20);
  // (1 + 100) / (10 + 100) is more than 0.5.
  average.Follow(weights_, 100);
  EXPECT_DOUBLE_EQ(First(average.values()), 1.5);
  EXPECT_DOUBLE_EQ(First(average.statistic_values()), 15);
  average.Follow(weights_, 101);
  EXPECT_DOUBLE_EQ(First(average.values()), 1.75);
}

TEST_F(WeightAverageTest, SoonForgetsTheFirstWeights) {
  WeightAverage average(spec_, weights_);
  weights_.values().narrow(0, 0, 3).fill_(2);
  average.Follow(weights_, 1);
  EXPECT_DOUBLE_EQ(First(average.values()), 2.0 / 11 * 1 + 9.0 / 11 * 2);
}

TEST_F(WeightAverageTest, WeightsThatDoNotMoveStayTheSameBits) {
  weights_.values().narrow(0, 0, 3).fill_(0.1);
  spec_.set_decay(0.999);
  WeightAverage average(spec_, weights_);
  for (int step = 1; step <= 100; ++step) average.Follow(weights_, step);
  EXPECT_TRUE(at::equal(average.values(), weights_.values()));
}

TEST_F(WeightAverageTest, ExchangesWithTheModel) {
  WeightAverage average(spec_, weights_);
  weights_.values().narrow(0, 0, 3).fill_(2);
  average.Exchange(weights_);
  EXPECT_DOUBLE_EQ(First(weights_.parameters()[0].tensor), 1);
  EXPECT_DOUBLE_EQ(First(average.values()), 2);
  average.Exchange(weights_);
  EXPECT_DOUBLE_EQ(First(weights_.parameters()[0].tensor), 2);
}

}  // namespace
}  // namespace pleat
