#include "common/html/axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

using testing::ElementsAre;

TEST(Axis, MapsItsEndsToItsEnds) {
  const Axis axis(2, 4, 100, 0);
  EXPECT_DOUBLE_EQ(axis.At(2), 100);
  EXPECT_DOUBLE_EQ(axis.At(3), 50);
  EXPECT_DOUBLE_EQ(axis.At(9), 0) << "kept inside";
}

TEST(Axis, MapsPowersEvenly) {
  const Axis axis(0.01, 1, 0, 100, /*log=*/true);
  EXPECT_NEAR(axis.At(0.1), 50, 1e-9);
}

TEST(Axis, HasRoundTicks) {
  EXPECT_THAT(TickTexts(Axis(0.972, 1, 0, 1).Ticks(5), AxisText::kPercent),
              ElementsAre("98 %", "99 %", "100 %"));
  EXPECT_THAT(TickTexts(Axis(0, 1, 0, 1).Ticks(5), AxisText::kNumber),
              ElementsAre("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(TickTexts(Axis(0.03, 3, 0, 1, true).Ticks(5), AxisText::kNumber),
              ElementsAre("0.05", "0.10", "0.20", "0.50", "1.00", "2.00"));
}

TEST(Axis, OfOneValueOrNoneCanStillBeDrawn) {
  for (const Axis& axis : {Axis(0.5, 0.5, 0, 100), Axis(0, 0, 0, 100),
                           Axis(INFINITY, -INFINITY, 0, 100), Axis(NAN, NAN, 0, 100)}) {
    EXPECT_TRUE(std::isfinite(axis.At(0.5)));
    EXPECT_LT(axis.Ticks(5).size(), 20u);
  }
}

}  // namespace
}  // namespace pleat
