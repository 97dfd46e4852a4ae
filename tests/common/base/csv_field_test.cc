#include "common/base/csv_field.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(CsvField, IsQuotedWhereItMustBe) {
  EXPECT_EQ(CsvField(""), "");
  EXPECT_EQ(CsvField("a b;c"), "a b;c");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("a \"b\""), "\"a \"\"b\"\"\"");
  EXPECT_EQ(CsvField("a\nb"), "\"a\nb\"");
  EXPECT_EQ(CsvField("a\r"), "\"a\r\"");
}

}  // namespace
}  // namespace pleat
