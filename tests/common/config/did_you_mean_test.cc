#include "common/config/did_you_mean.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(DidYouMean, CountsInsertionsRemovalsChangesAndSwaps) {
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("epochs", "epochs"), 0);
  EXPECT_EQ(EditDistance("epoch", "epochs"), 1);
  EXPECT_EQ(EditDistance("epcohs", "epochs"), 1);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
}

TEST(DidYouMean, FindsTheNearestWord) {
  EXPECT_EQ(NearestWord("dropuot", {"depth", "dropout", "dense"}), "dropout");
  EXPECT_EQ(NearestWord("l", {"lr", "rho"}), "lr");
  EXPECT_EQ(NearestWord("banana", {"depth", "dropout"}), "");
  EXPECT_EQ(NearestWord("", {"a"}), "");
}

TEST(DidYouMean, ListsTheWordsWhenNoneIsNear) {
  EXPECT_EQ(SuggestWord("grit", {"grid", "random"}), "; did you mean \"grid\"?");
  EXPECT_EQ(SuggestWord("bayes", {"grid", "random"}), "; one of: grid, random");
  EXPECT_EQ(SuggestWord("bayes", {}), "");
}

}  // namespace
}  // namespace pleat
