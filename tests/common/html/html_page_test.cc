#include "common/html/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(HtmlPage, HoldsItsParts) {
  const std::string page = HtmlPage("a & b", "<h1>head</h1>", "<section/>", ".x {}");
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, HasSubstr("<title>a &amp; b · Pleat</title>"));
  EXPECT_THAT(page, HasSubstr(".x {}</style>"));
  EXPECT_THAT(page, HasSubstr("<header><h1>head</h1></header>\n<section/>"));
  EXPECT_THAT(page, EndsWith("</html>\n"));
}

}  // namespace
}  // namespace pleat
