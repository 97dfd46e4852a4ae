#include "client/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Terminal, ClearsALineBeforeItIsWritten) {
  std::FILE* file = std::tmpfile();
  Terminal(file).Draw({"as wide as the terminal"});
  std::rewind(file);
  std::string text(1000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  EXPECT_THAT(text, HasSubstr("\x1b[Kas wide as the terminal\n"));
  EXPECT_THAT(text, Not(HasSubstr("terminal\x1b[K")));
}

}  // namespace
}  // namespace pleat
