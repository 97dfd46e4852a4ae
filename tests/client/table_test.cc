#include "client/table.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

const Table kTable = {.headings = {"name", "score", "note"},
                      .rows = {{"a", "0.5", "± 1"}, {"long name", "-12.25", ""}}};

TEST(Table, AlignsNumbersToTheRightAndWordsToTheLeft) {
  EXPECT_EQ(TableText(kTable),
            "name        score  note\n"
            "a             0.5  ± 1\n"
            "long name  -12.25\n");
}

TEST(Table, IndentsEachLine) {
  EXPECT_EQ(TableText({.headings = {"n"}, .rows = {{"7"}}}, 2), "  n\n  7\n");
}

TEST(Table, QuotesWhatCsvNeedsQuoted) {
  EXPECT_EQ(TableCsv({.headings = {"a", "b"}, .rows = {{"x,y", "say \"no\""}, {"1", ""}}}),
            "a,b\n\"x,y\",\"say \"\"no\"\"\"\n1,\n");
}

}  // namespace
}  // namespace pleat
