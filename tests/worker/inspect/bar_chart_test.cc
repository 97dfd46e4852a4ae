#include "worker/inspect/bar_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::Not;

Bars ManyBars(size_t count) {
  Bars bars{.label = "rows", .what = "class"};
  for (size_t i = 0; i < count; ++i) {
    bars.names.push_back("c" + std::to_string(i));
    bars.rows.push_back(i % 7);
  }
  return bars;
}

TEST(BarChart, NamesFewBars) {
  Bars bars = ManyBars(3);
  bars.names[2] = "<a & b>";
  const std::string svg = BarChartSvg(bars);
  EXPECT_THAT(svg, HasSubstr("&lt;a &amp; b&gt;"));
  EXPECT_THAT(svg, HasSubstr("class c1: 1 row<"));
  EXPECT_THAT(svg, HasSubstr("class=\"gap\"")) << "a class without rows is seen";
}

TEST(BarChart, NumbersMore) {
  const std::string svg = BarChartSvg(ManyBars(47));
  EXPECT_THAT(svg, HasSubstr("class c46: 4 rows"));
  EXPECT_THAT(svg, HasSubstr("class, by number; rows upwards"));
}

TEST(BarChart, CountsSizesOfVeryMany) {
  const std::string svg = BarChartSvg(ManyBars(70'000));
  EXPECT_LT(svg.size(), 20'000u);
  EXPECT_THAT(svg, HasSubstr("6 to 6 rows: 10,000"));
  Bars equal = ManyBars(1000);
  for (uint64_t& rows : equal.rows) rows = 5;
  EXPECT_THAT(BarChartSvg(equal), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace pleat
