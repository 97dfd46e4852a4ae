#include "common/store/ensemble_files.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

TEST(EnsembleFiles, AreThoseOfTheEnsembleAndOfItsMembers) {
  const auto files = ParseEnsembleFiles(R"({
      "files": {"oof.npy": {"size": 3, "sha256": "aa"}},
      "members": [{"folder": "members/0001_2",
                   "files": {"config.json": {"size": 5, "sha256": "bb"}}}]})");
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ(files->at(0).path(), "oof.npy");
  EXPECT_EQ(files->at(1).path(), "members/0001_2/config.json");
  EXPECT_EQ(files->at(1).size(), 5u);
  EXPECT_EQ(files->at(1).sha256(), "bb");
}

TEST(EnsembleFiles, AreNotReadFromAnythingElse) {
  for (const char* text : {"", "[]", "{}", R"({"files": {"a": 1}, "members": []})",
                           R"({"files": {}, "members": [{"folder": 1, "files": {"a": 1}}]})"}) {
    EXPECT_EQ(ParseEnsembleFiles(text).status().code(), absl::StatusCode::kDataLoss) << text;
  }
}

TEST(EnsembleFiles, LieInsideOfTheEnsemble) {
  for (const char* path : {"../x", "/etc/passwd", "a/../../x", "", "a//b"}) {
    const std::string file = absl::StrCat("{\"", path, "\": {\"size\": 1, \"sha256\": \"aa\"}}");
    for (const std::string& text :
         {absl::StrCat("{\"files\": ", file, ", \"members\": []}"),
          absl::StrCat(R"({"files": {}, "members": [{"folder": "..", "files": )", file, "}]}")}) {
      EXPECT_EQ(ParseEnsembleFiles(text).status().code(), absl::StatusCode::kDataLoss) << text;
    }
  }
}

TEST(EnsembleFiles, HaveSizes) {
  for (const char* size : {"-1", "1.5", "\"1\"", "1e300", "null"}) {
    const std::string text =
        absl::StrCat(R"({"files": {"a": {"size": )", size, R"(, "sha256": "aa"}}, "members": []})");
    EXPECT_EQ(ParseEnsembleFiles(text).status().code(), absl::StatusCode::kDataLoss) << text;
  }
}

}  // namespace
}  // namespace pleat
