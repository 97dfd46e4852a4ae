#include "common/base/utf8.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(Utf8, KnowsCharactersOfEverySize) {
  for (const std::string text : {"", "a", "é", "€", "ಕನ್ನಡ", "한국", "𝄞"}) {
    EXPECT_EQ(ValidUtf8Size(text), text.size()) << text;
    EXPECT_EQ(ReplaceInvalidUtf8(text), text);
  }
}

TEST(Utf8, FindsTheFirstByteThatIsNoCharacter) {
  EXPECT_EQ(ValidUtf8Size("caf\xE9"), 3u);
  for (const std::string bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                                "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    EXPECT_EQ(ValidUtf8Size(bad), 0u);
    EXPECT_EQ(ReplaceInvalidUtf8(bad), std::string(bad.size(), '?'));
  }
}

TEST(Utf8, KeepsWhatStandsAroundABadByte) {
  EXPECT_EQ(ReplaceInvalidUtf8("na\xEFve é\xC3"), "na?ve é?");
}

TEST(Utf8, ShortensToWholeCharacters) {
  EXPECT_EQ(ShortenUtf8("caf\xC3\xA9", 5), "caf\xC3\xA9");
  // Room for "caf" and half a letter beside the mark.
  EXPECT_EQ(ShortenUtf8("caf\xC3\xA9 au lait", 8), "caf …");
}

}  // namespace
}  // namespace pleat
