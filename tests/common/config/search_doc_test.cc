// The examples of docs/search.md.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

// The blocks of YAML in a text.
std::vector<std::string> ExamplesIn(const std::string& text) {
  const std::string open = "```yaml\n", close = "```\n";
  std::vector<std::string> examples;
  for (size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    examples.push_back(text.substr(at, text.find(close, at) - at));
  }
  return examples;
}

TEST(SearchDoc, HasExamplesThatHold) {
  std::ifstream file(PLEAT_SOURCE_DIR "/docs/search.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::vector<std::string> examples = ExamplesIn(text.str());
  ASSERT_EQ(examples.size(), 6u);
  for (const std::string& example : examples) EXPECT_EQ(DiagnosticsOf(SmallSweep(example)), "");
}

}  // namespace
}  // namespace pleat
