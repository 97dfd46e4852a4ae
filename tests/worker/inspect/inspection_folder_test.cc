#include "worker/inspect/inspection_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/common/store/temporary_folder.h"
#include "tests/worker/inspect/sample_inspection.h"
#include "worker/inspect/duplicates_csv.h"
#include "worker/inspect/inspection_html.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

size_t EntriesIn(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {}));
}

// An inspection whose images have names of their own, as those of InspectSweep have.
Inspection NamedInspection() {
  Inspection inspection = SampleInspection();
  size_t number = 0;
  const auto name = [&](InspectionImage& image) { image.file = std::to_string(number++) + ".png"; };
  for (SplitImages& split : inspection.images) {
    for (ClassImages& images : split.classes) {
      name(images.mean);
      name(images.samples);
    }
  }
  return inspection;
}

TEST(InspectionFolder, HoldsPageImagesAndRecord) {
  const TemporaryFolder folder;
  const fs::path target = folder / "look";
  ASSERT_TRUE(WriteInspectionFolder(NamedInspection(), target).ok());
  EXPECT_EQ(GetFile(target / "index.html"), InspectionHtml(NamedInspection()));
  EXPECT_EQ(GetFile(target / "images/duplicate-0.png"), "png");
  EXPECT_EQ(EntriesIn(target / "images"), 6u);
  EXPECT_EQ(GetFile(target / "duplicates.csv"), DuplicatesCsv(NamedInspection()));
  const nlohmann::json record = nlohmann::json::parse(GetFile(target / "inspection.json"));
  EXPECT_EQ(record.at("settings_sha256"), "cc");
  EXPECT_EQ(record.at("data_sha256").at("train"), "aa");
  EXPECT_EQ(EntriesIn(folder.path()), 1u) << "nothing is left beside it";
}

TEST(InspectionFolder, ReplacesAnOlderInspection) {
  const TemporaryFolder folder;
  const fs::path target = folder / "look";
  ASSERT_TRUE(WriteInspectionFolder(NamedInspection(), target).ok());
  PutFile(target / "images/old.png", "old");
  Inspection without_duplicates = NamedInspection();
  without_duplicates.duplicates.sets.clear();
  ASSERT_TRUE(WriteInspectionFolder(without_duplicates, target.string() + "/").ok());
  EXPECT_FALSE(fs::exists(target / "images/old.png"));
  EXPECT_FALSE(fs::exists(target / "duplicates.csv"));
  EXPECT_EQ(EntriesIn(folder.path()), 1u);
}

TEST(InspectionFolder, LeavesOtherThingsAlone) {
  const TemporaryFolder folder;
  PutFile(folder / "file", "mine");
  EXPECT_TRUE(absl::IsAlreadyExists(CheckInspectionFolder(folder / "file")));
  EXPECT_TRUE(absl::IsAlreadyExists(WriteInspectionFolder(NamedInspection(), folder.path())));
  EXPECT_EQ(GetFile(folder / "file"), "mine");
  fs::create_directory(folder / "empty");
  EXPECT_TRUE(WriteInspectionFolder(NamedInspection(), folder / "empty").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(CheckInspectionFolder(".")));
}

TEST(InspectionFolder, LooksAtTheFolderThatItWrites) {
  const TemporaryFolder folder;
  PutFile(folder / "file", "mine");
  fs::create_directory(folder / "mine");
  PutFile(folder / "mine/work", "mine");
  for (const char* detour : {"missing/../mine", "file/../mine", "./mine/"}) {
    EXPECT_TRUE(absl::IsAlreadyExists(WriteInspectionFolder(NamedInspection(), folder / detour)))
        << detour;
  }
  EXPECT_EQ(GetFile(folder / "mine/work"), "mine");
}

TEST(InspectionFolder, FollowsLinks) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "far");
  fs::create_directory_symlink(folder / "far", folder / "look");
  fs::create_directory_symlink(folder / "nowhere", folder / "lost");
  ASSERT_TRUE(WriteInspectionFolder(NamedInspection(), folder / "look").ok());
  EXPECT_TRUE(fs::is_symlink(folder / "look"));
  EXPECT_TRUE(fs::exists(folder / "far/index.html"));
  EXPECT_TRUE(absl::IsAlreadyExists(CheckInspectionFolder(folder / "lost")));
}

TEST(InspectionFolder, KeepsWhatPeopleAddedToAnInspection) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteInspectionFolder(NamedInspection(), folder / "look").ok());
  PutFile(folder / "look/notes.md", "mine");
  const absl::Status status = WriteInspectionFolder(NamedInspection(), folder / "look");
  EXPECT_TRUE(absl::IsAlreadyExists(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("holds notes.md"));
  EXPECT_EQ(GetFile(folder / "look/notes.md"), "mine");
}

TEST(InspectionFolder, SaysWhereItCannotWrite) {
  const TemporaryFolder folder;
  PutFile(folder / "file", "mine");
  const absl::Status status = WriteInspectionFolder(NamedInspection(), folder / "file/look");
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("file"));
}

}  // namespace
}  // namespace pleat
