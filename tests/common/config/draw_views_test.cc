#include "common/config/draw_views.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

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

v1::EnsembleSpec AugmentSpec(uint64_t seed) {
  v1::EnsembleSpec spec;
  spec.set_seed(seed);
  v1::AugmentViewSpec& augment = *spec.mutable_tta()->add_views()->mutable_augment();
  augment.add_transforms()->mutable_gamma()->set_max(2);
  augment.add_transforms()->mutable_one_of()->add_transforms()->mutable_elastic()->set_alpha(3);
  augment.set_repeats(3);
  return spec;
}

TEST(DrawViews, GivesEachRepeatOfOtherTransformsAKey) {
  const v1::EnsembleSpec spec = AugmentSpec(1);
  const std::vector<v1::View> views = DrawViews(spec);
  ASSERT_EQ(views.size(), 3);
  std::set<uint64_t> keys;
  for (const v1::View& view : views) {
    ASSERT_EQ(view.transforms_size(), 2);
    EXPECT_EQ(view.transforms(1).SerializeAsString(),
              spec.tta().views(0).augment().transforms(1).SerializeAsString());
    EXPECT_FALSE(view.identity());
    EXPECT_FALSE(view.per_row());
    keys.insert(view.key());
  }
  EXPECT_EQ(keys.size(), 3);
  EXPECT_EQ(DrawViews(AugmentSpec(1))[2].key(), views[2].key());
  EXPECT_NE(DrawViews(AugmentSpec(2))[2].key(), views[2].key());
}

TEST(DrawViews, LeavesEveryDrawToTheRowsIfAsked) {
  v1::EnsembleSpec spec = Spec(1, 2);
  spec.mutable_tta()->mutable_views()->MergeFrom(AugmentSpec(1).tta().views());
  spec.mutable_tta()->set_per_row(true);
  const std::vector<v1::View> views = DrawViews(spec);
  ASSERT_EQ(views.size(), 6);
  EXPECT_TRUE(views[0].identity());
  for (size_t i = 1; i < views.size(); ++i) {
    EXPECT_TRUE(views[i].per_row());
    EXPECT_NE(views[i].key(), views[i - 1].key());
  }
  ASSERT_EQ(views[1].transforms_size(), 1);
  const v1::ShiftScaleRotateSpec& limits = views[1].transforms(0).shift_scale_rotate();
  EXPECT_EQ(limits.shift(), 0.1);
  EXPECT_EQ(limits.scale(), 0.2);
  EXPECT_EQ(limits.rotate_degrees(), 10);
}

}  // namespace
}  // namespace pleat
