#include "client/text_width.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(TextWidth, CountsCodePointsNotBytes) {
  EXPECT_EQ(TextWidth("±✗█"), 3u);
  EXPECT_EQ(TextWidth(""), 0u);
}

TEST(TextWidth, PadsToColumns) {
  EXPECT_EQ(PadLeft("±", 3), "  ±");
  EXPECT_EQ(PadRight("±", 3), "±  ");
  EXPECT_EQ(PadLeft("four", 2), "four");
}

TEST(TextWidth, ShortensAtWholeCodePoints) {
  EXPECT_EQ(Shortened("±±±±", 4), "±±±±");
  EXPECT_EQ(Shortened("±±±±", 3), "±±…");
  EXPECT_EQ(Shortened("abc", 1), "…");
  EXPECT_EQ(Shortened("abc", 0), "");
}

}  // namespace
}  // namespace pleat
