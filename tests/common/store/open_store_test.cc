#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/store/store.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using testing::HasSubstr;

TEST(OpenPosixStore, MakesFoldersAndAUuidThatStays) {
  TemporaryFolder folder;
  const std::string root = (folder / "new/deep/store/").string();
  const auto made = OpenPosixStore(root, /*create=*/true);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ((*made)->uuid().size(), 36u);
  EXPECT_EQ((*made)->location(), root);
  EXPECT_EQ(OpenPosixStore(root, /*create=*/true).value()->uuid(), (*made)->uuid());
  EXPECT_EQ(OpenPosixStore(root, /*create=*/false).value()->uuid(), (*made)->uuid());
}

TEST(OpenPosixStore, SaysWhatToDoWhenThereIsNone) {
  TemporaryFolder folder;
  for (const std::string& root : {folder.path().string(), (folder / "none").string()}) {
    const absl::Status status = OpenPosixStore(root, /*create=*/false).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(root));
    EXPECT_THAT(std::string(status.message()), HasSubstr("check the path"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "none"));
}

TEST(OpenPosixStore, RefusesANewerFormat) {
  TemporaryFolder folder;
  PutFile(folder / "store.json", R"({"format":2,"uuid":"u"})");
  const absl::Status status = OpenPosixStore(folder.path().string(), /*create=*/true).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("format 2"));
}

TEST(OpenPosixStore, RefusesADamagedStoreJson) {
  for (const char* text : {"", "{", "[]", R"({"format":1})", R"({"format":"1","uuid":"u"})"}) {
    TemporaryFolder folder;
    PutFile(folder / "store.json", text);
    EXPECT_TRUE(absl::IsDataLoss(OpenPosixStore(folder.path().string(), /*create=*/true).status()))
        << text;
  }
}

TEST(OpenPosixStore, RefusesAFileAsItsFolder) {
  TemporaryFolder folder;
  PutFile(folder / "file", "x");
  EXPECT_FALSE(OpenPosixStore((folder / "file").string(), /*create=*/true).ok());
  EXPECT_FALSE(OpenPosixStore((folder / "file/below").string(), /*create=*/true).ok());
}

}  // namespace
}  // namespace pleat
