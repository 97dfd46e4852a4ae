#include "coordinator/ensemble/draw_views.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

v1::EnsembleSpec Spec(uint64_t seed, uint32_t repeats) {
  v1::EnsembleSpec spec;
  spec.set_seed(seed);
  spec.mutable_tta()->add_views()->mutable_identity();
  auto& limits = *spec.mutable_tta()->add_views()->mutable_shift_scale_rotate();
  limits.set_shift(0.1);
  limits.set_scale(0.2);
  limits.set_rotate_degrees(10);
  limits.set_repeats(repeats);
  return spec;
}

TEST(DrawViews, DrawsEachRepeatWithinTheLimits) {
  const std::vector<v1::View> views = DrawViews(Spec(1, 20));
  ASSERT_EQ(views.size(), 21);
  EXPECT_TRUE(views[0].identity());
  for (size_t i = 1; i < views.size(); ++i) {
    EXPECT_FALSE(views[i].identity());
    EXPECT_LE(std::abs(views[i].shift_x()), 0.1);
    EXPECT_LE(std::abs(views[i].shift_y()), 0.1);
    EXPECT_LE(std::abs(views[i].scale() - 1), 0.2);
    EXPECT_LE(std::abs(views[i].rotate_degrees()), 10);
    EXPECT_NE(views[i].shift_x(), views[i - 1].shift_x());
  }
}

TEST(DrawViews, IsAFunctionOfTheSeed) {
  const auto text = [](uint64_t seed) {
    return DrawViews(Spec(seed, 1)).back().SerializeAsString();
  };
  EXPECT_EQ(text(1), text(1));
  EXPECT_NE(text(1), text(2));
}

TEST(DrawViews, KeepsARepeatWhenMoreAreAskedFor) {
  EXPECT_EQ(DrawViews(Spec(1, 2))[1].SerializeAsString(),
            DrawViews(Spec(1, 5))[1].SerializeAsString());
}

}  // namespace
}  // namespace pleat
