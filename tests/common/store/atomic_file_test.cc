#include "common/store/atomic_file.h"

#include <gtest/gtest.h>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

TEST(WriteFileAtomically, WritesAndReplaces) {
  TemporaryFolder folder;
  const std::string path = (folder / "out.csv").string();
  ASSERT_TRUE(WriteFileAtomically(path, "first, longer").ok());
  ASSERT_TRUE(WriteFileAtomically(path, "second").ok());
  EXPECT_EQ(GetFile(path), "second");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteFileAtomically, NamesTheFolderThatIsMissing) {
  TemporaryFolder folder;
  const absl::Status status = WriteFileAtomically((folder / "none/out.csv").string(), "x");
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_NE(status.message().find("none"), absl::string_view::npos);
}

TEST(WriteFileAtomically, RefusesAFolder) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "sub");
  EXPECT_TRUE(absl::IsInvalidArgument(WriteFileAtomically((folder / "sub").string(), "x")));
  EXPECT_TRUE(absl::IsInvalidArgument(WriteFileAtomically((folder / "sub/").string(), "x")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace pleat
