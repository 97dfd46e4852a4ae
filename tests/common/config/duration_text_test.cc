#include "common/config/duration_text.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(ParseDurationMs, ReadsUnitsAndHours) {
  EXPECT_EQ(*ParseDurationMs("2h30m"), 9'000'000);
  EXPECT_EQ(*ParseDurationMs("1d"), 86'400'000);
  EXPECT_EQ(*ParseDurationMs("45m"), 2'700'000);
  EXPECT_EQ(*ParseDurationMs("1d2h3m4s"), 93'784'000);
  EXPECT_EQ(*ParseDurationMs("90s"), 90'000);
  EXPECT_EQ(*ParseDurationMs("1.5h"), 5'400'000);
  EXPECT_EQ(*ParseDurationMs("2.5"), 9'000'000);
}

TEST(ParseDurationMs, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "h", "2 days", "2h30", "30m2h", "2hh", "1h1h", "-1h", "1e3", "2h ", "1.2.3h", "nan"}) {
    EXPECT_EQ(ParseDurationMs(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_EQ(std::string(ParseDurationMs("2 days").status().message()),
            "\"2 days\" is no time; write it like 2h30m, 45m or 90s, or as a number of hours such "
            "as 1.5");
}

TEST(ParseDurationMs, RefusesNothingAndForEver) {
  for (const char* text : {"0", "0h0m", "0.0", "100000d", "99999999999999999999999s"}) {
    EXPECT_EQ(std::string(ParseDurationMs(text).status().message()),
              "\"" + std::string(text) + "\" must be more than 0 and at most 10 years");
  }
}

}  // namespace
}  // namespace pleat
