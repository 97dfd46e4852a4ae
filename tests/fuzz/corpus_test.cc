// Replays the corpus of every target of this program: what once crashed stays mended, in builds of
// any compiler.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

class Corpus : public testing::TestWithParam<FuzzTarget> {};

TEST_P(Corpus, IsTakenWithoutHarm) {
  const std::filesystem::path folder =
      std::filesystem::path(PLEAT_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  ASSERT_TRUE(std::filesystem::is_directory(folder)) << folder << " is missing";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry);
  ASSERT_FALSE(files.empty()) << folder << " is empty: this test would test nothing";
  std::ranges::sort(files);
  for (const std::filesystem::path& file : files) {
    SCOPED_TRACE(file);
    std::ifstream stream(file, std::ios::binary);
    std::stringstream bytes;
    bytes << stream.rdbuf();
    // Said before, since a target that finds something ends the process.
    std::cout << file.filename().string() << std::endl;
    GetParam().run(bytes.str());
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Corpus, testing::ValuesIn(FuzzTargets()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace pleat
