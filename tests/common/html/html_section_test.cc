#include "common/html/html_section.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(HtmlSection, EscapesHeadingsAndIsEmptyWithoutBody) {
  EXPECT_EQ(Section("a < b", "", "<p/>"), "<section><h2>a &lt; b</h2>\n<p/></section>\n");
  EXPECT_EQ(Section("a", "lead", ""), "");
  EXPECT_EQ(Grid(""), "");
}

TEST(HtmlSection, EscapesTitlesAndKeepsMarkup) {
  EXPECT_EQ(Figure("a & b", "<svg/>", "<i/>"),
            "<figure><figcaption>a &amp; b<span class=\"legend\"><i/></span></figcaption><svg/>"
            "</figure>\n");
  EXPECT_EQ(Tile("1 < 2", "\"rows\""),
            "<div class=\"tile\"><b>1 &lt; 2</b><span>&quot;rows&quot;</span></div>");
}

}  // namespace
}  // namespace pleat
