#include "client/report/csv_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ParseCsv, GivesTheFieldsBelowTheHeader) {
  EXPECT_THAT(*ParseCsv("a,b\n1,\n,\"x, \"\"y\"\"\nz\"\n", "a,b"),
              ElementsAre(ElementsAre("1", ""), ElementsAre("", "x, \"y\"\nz")));
  EXPECT_THAT(*ParseCsv("a,b\n", "a,b"), IsEmpty());
  EXPECT_EQ(ParseCsv("whatever,it\n1,2\n", "")->size(), 1u);
}

TEST(ParseCsv, RefusesOtherFiles) {
  for (const char* text : {"", "a", "a,b", "b,a\n", "a,b\n1,2", "a,b\n1\n", "a,b\n\"1,2\n"}) {
    EXPECT_TRUE(absl::IsDataLoss(ParseCsv(text, "a,b").status())) << text;
  }
}

}  // namespace
}  // namespace pleat
