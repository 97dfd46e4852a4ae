#include "worker/inspect/transform_text.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(TransformText, NamesKindAndOptions) {
  v1::TransformSpec transform;
  EXPECT_EQ(TransformName(transform), "");
  transform.mutable_shift_scale_rotate()->set_shift(0.1);
  transform.mutable_shift_scale_rotate()->set_p(0.5);
  EXPECT_EQ(TransformName(transform), "shift_scale_rotate");
  EXPECT_EQ(TransformOptions(transform), "shift 0.1, p 0.5");
}

TEST(TransformText, NamesWhatOneOfDrawsFrom) {
  v1::TransformSpec transform;
  transform.mutable_one_of()->set_p(0.25);
  transform.mutable_one_of()->add_transforms()->mutable_horizontal_flip();
  transform.mutable_one_of()->add_transforms()->mutable_gamma();
  EXPECT_EQ(TransformOptions(transform), "horizontal_flip or gamma, p 0.25");
}

}  // namespace
}  // namespace pleat
