#include "worker/train/class_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::DoubleEq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Six rows of class 0, three of class 1, one of class 2.
const std::vector<int64_t> kLabels = {0, 1, 0, 0, 2, 1, 0, 0, 1, 0};

v1::ClassWeightsSpec Balanced() {
  v1::ClassWeightsSpec spec;
  spec.mutable_balanced();
  return spec;
}

v1::ClassWeightsSpec Values(const std::vector<double>& values) {
  v1::ClassWeightsSpec spec;
  spec.mutable_values()->mutable_value()->Add(values.begin(), values.end());
  return spec;
}

TEST(ClassWeights, AreNoneWhenUniform) {
  v1::ClassWeightsSpec spec;
  spec.mutable_uniform();
  EXPECT_THAT(*ClassWeights(spec, kLabels, 3), IsEmpty());
}

TEST(ClassWeights, BalancedAreThoseOfScikitLearn) {
  // compute_class_weight("balanced", classes=[0, 1, 2], y=kLabels), whose mean over rows is 1.
  EXPECT_THAT(
      *ClassWeights(Balanced(), kLabels, 3),
      ElementsAre(DoubleNear(0.5555555555555556, 1e-15), DoubleNear(1.1111111111111112, 1e-15),
                  DoubleNear(3.3333333333333335, 1e-15)));
}

TEST(ClassWeights, AClassWithoutRowsChangesNothingForOthers) {
  const std::vector<double> three = *ClassWeights(Balanced(), kLabels, 3);
  EXPECT_THAT(*ClassWeights(Balanced(), kLabels, 4), ElementsAre(three[0], three[1], three[2], 0));
}

TEST(ClassWeights, ValuesAreScaledToMeanOneOverTheRows) {
  // (6 x 1 + 3 x 2 + 1 x 8) / 10 = 2.
  EXPECT_THAT(*ClassWeights(Values({1, 2, 8}), kLabels, 3),
              ElementsAre(DoubleEq(0.5), DoubleEq(1), DoubleEq(4)));
}

TEST(ClassWeights, WrongNumberOfValuesIsRefusedWithTheNumberOfClasses) {
  const absl::Status status = ClassWeights(Values({1, 2}), kLabels, 3).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("training.class_weights.values has 2 values, but there are 3 classes"));
}

TEST(ClassWeights, NoWeightForAnyRowIsRefused) {
  EXPECT_EQ(ClassWeights(Values({0, 0, 0}), kLabels, 3).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ClassWeights(Values({0, 0, 0, 1}), kLabels, 4).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat
