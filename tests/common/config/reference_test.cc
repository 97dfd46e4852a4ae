#include "common/config/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace pleat {
namespace {

using testing::HasSubstr;

TEST(Reference, NamesEveryKeyWithValuesDefaultAndMeaning) {
  const std::string text = SweepReferenceMarkdown();
  EXPECT_THAT(text, HasSubstr("| `training.epochs` | whole number, from 1 to 100000 (epochs) | "
                              "`10` | passes over the fold's training rows |\n"));
  EXPECT_THAT(text, HasSubstr("| `name` | name | **required** |"));
  EXPECT_THAT(text, HasSubstr("| `training.optimizer.adam_w` | *choice* | the default |"));
  EXPECT_THAT(text, HasSubstr("| `model.se_cnn.dense` | list of whole numbers, from 1 to 65536 | "
                              "`[256, 128]` |"));
  EXPECT_THAT(text, HasSubstr("| `search.parameters[].values` | list |"));
  EXPECT_THAT(text, HasSubstr("| `data.extra[].csv.path` | path | **required** |"));
}

TEST(Reference, IsCommittedAsItIs) {
  std::ifstream file(PLEAT_SOURCE_DIR "/docs/configuration.md");
  std::stringstream committed;
  committed << file.rdbuf();
  EXPECT_TRUE(committed.str() == SweepReferenceMarkdown())
      << "docs/configuration.md is out of date: pleat schema --markdown > docs/configuration.md";
}

}  // namespace
}  // namespace pleat
