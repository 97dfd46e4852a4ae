#include "client/time_text.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(TimeText, DurationsNameTheirUnit) {
  EXPECT_EQ(DurationText(0), "0 s");
  EXPECT_EQ(DurationText(59'999), "59 s");
  EXPECT_EQ(DurationText(65'000), "1:05 min");
  EXPECT_EQ(DurationText(7'390'000), "2:03:10 h");
}

}  // namespace
}  // namespace pleat
