#include "common/store/partial_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

size_t CountEntries(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(PartialFolder, AppearsWhenPublished) {
  const TemporaryFolder folder;
  {
    PartialFolder partial(folder / "target", "job");
    ASSERT_TRUE(partial.Create().ok());
    PutFile(partial.path() / "file", "new");
    EXPECT_FALSE(fs::exists(folder / "target"));
    ASSERT_TRUE(partial.Publish().ok());
  }
  EXPECT_EQ(GetFile(folder / "target/file"), "new");
  EXPECT_EQ(CountEntries(folder.path()), 1u);
}

TEST(PartialFolder, GoesIfItIsNotPublished) {
  const TemporaryFolder folder;
  { ASSERT_TRUE(PartialFolder(folder / "target", "job").Create().ok()); }
  EXPECT_EQ(CountEntries(folder.path()), 0u);
}

TEST(PartialFolder, TakesTheFoldersAboveItAlong) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "there");
  {
    PartialFolder partial(folder / "there/new/deep/target", "job");
    ASSERT_TRUE(partial.Create().ok());
    EXPECT_TRUE(fs::exists(folder / "there/new/deep"));
  }
  EXPECT_FALSE(fs::exists(folder / "there/new"));
  EXPECT_TRUE(fs::exists(folder / "there"));
  {
    PartialFolder partial(folder / "there/new/deep/target", "job");
    ASSERT_TRUE(partial.Create().ok());
    PutFile(folder / "there/new/mine", "mine");
  }
  EXPECT_FALSE(fs::exists(folder / "there/new/deep"));
  EXPECT_EQ(GetFile(folder / "there/new/mine"), "mine");
}

TEST(PartialFolder, ReplacesAnOlderOne) {
  const TemporaryFolder folder;
  for (const char* name : {"first", "second"}) {
    PartialFolder partial(folder / "target", "job");
    ASSERT_TRUE(partial.Create().ok());
    PutFile(partial.path() / name, name);
    ASSERT_TRUE(partial.Replace().ok());
  }
  EXPECT_TRUE(fs::exists(folder / "target/second"));
  EXPECT_FALSE(fs::exists(folder / "target/first"));
  EXPECT_EQ(CountEntries(folder.path()), 1u);
}

TEST(PartialFolder, RemovesWhatDeadProcessesLeft) {
  const TemporaryFolder folder;
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  // No process has such a number.
  const fs::path dead = folder / absl::StrCat(".job-", host, "-2000000000");
  const fs::path other = folder / absl::StrCat(".task-", host, "-2000000000");
  fs::create_directory(dead);
  fs::create_directory(other);
  PartialFolder partial(folder / "target", "job");
  ASSERT_TRUE(partial.Create().ok());
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(other));
}

}  // namespace
}  // namespace pleat
