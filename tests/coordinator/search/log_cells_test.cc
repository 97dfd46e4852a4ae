#include "coordinator/search/log_cells.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

TEST(LogCells, AreAsWideAsTheLogarithmsOfTheirValues) {
  const LogCells cells = {.start = 1, .count = 7};
  EXPECT_EQ(cells.BeginOf(0), 0);
  EXPECT_NEAR(cells.BeginOf(1), 1.0 / 3, 1e-15);  // log(2) / log(8)
  EXPECT_NEAR(cells.BeginOf(3), 2.0 / 3, 1e-15);
  EXPECT_EQ(cells.BeginOf(7), 1);
  EXPECT_NEAR(cells.PlaceOf(1.0 / 3), 1, 1e-14);
  EXPECT_NEAR(cells.PlaceOf(0.5), std::sqrt(8) - 1, 1e-14);
}

TEST(LogCells, TellPlacesFarAboveAndFarBelowAStep) {
  for (const double start : {1e-320, 1e-9, 0.5, 1e6, 1e17}) {
    const LogCells cells = {.start = start, .count = 5};
    for (int cell = 0; cell < 5; ++cell) {
      const double middle = (cells.BeginOf(cell) + cells.BeginOf(cell + 1)) / 2;
      EXPECT_EQ(std::floor(cells.PlaceOf(middle)), cell) << start;
    }
  }
}

}  // namespace
}  // namespace pleat
