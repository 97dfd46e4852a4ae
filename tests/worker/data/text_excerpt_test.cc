#include "worker/data/text_excerpt.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(Excerpt, ShowsAShortTextAsItIs) {
  EXPECT_EQ(Excerpt(""), "");
  EXPECT_EQ(Excerpt("ಕನ್ನಡ 5"), "ಕನ್ನಡ 5");
  EXPECT_EQ(Excerpt(std::string(60, 'x')), std::string(60, 'x'));
}

TEST(Excerpt, EndsALongTextBetweenCharacters) {
  EXPECT_EQ(Excerpt(std::string(61, 'x')), std::string(60, 'x') + "…");
  EXPECT_EQ(Excerpt(std::string(59, 'x') + "éé"), std::string(59, 'x') + "…");
  EXPECT_EQ(Excerpt(std::string(100, '\x80')), "…");
}

TEST(Excerpt, ShowsNoBytesThatATerminalCannot) { EXPECT_EQ(Excerpt("a\n\x1b[2J\xff"), "a??[2J?"); }

}  // namespace
}  // namespace pleat
