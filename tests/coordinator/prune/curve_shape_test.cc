#include "coordinator/prune/curve_shape.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

TEST(CurveShape, GoesFromMinusOneToZero) {
  for (const uint32_t epochs : {2u, 10u, 200u}) {
    for (const CurveShape& shape : MakeCurveShapes(epochs)) {
      ASSERT_EQ(shape.values.size(), epochs);
      EXPECT_NEAR(shape.values.front(), -1, 1e-12);
      EXPECT_EQ(shape.values.back(), 0);
    }
  }
}

TEST(CurveShape, NeighboursAreClose) {
  const std::vector<CurveShape> shapes = MakeCurveShapes(30);
  for (size_t i = 1; i < shapes.size(); ++i) {
    if (shapes[i].family != shapes[i - 1].family) continue;
    for (size_t t = 0; t < 30; ++t) {
      EXPECT_NEAR(shapes[i].values[t], shapes[i - 1].values[t], 0.05);
    }
  }
}

TEST(CurveShape, IsThatOfACurve) {
  EXPECT_EQ(ShapeOf(std::vector<double>{1, 2, 3}), (std::vector<double>{-1, -0.5, 0}));
  EXPECT_EQ(ShapeOf(std::vector<double>{3, 2, 1}), (std::vector<double>{-1, -0.5, 0}));
  EXPECT_TRUE(ShapeOf(std::vector<double>{1, 5, 1}).empty());
  EXPECT_TRUE(ShapeOf(std::vector<double>{1, 1, 1}).empty());
}

}  // namespace
}  // namespace pleat
