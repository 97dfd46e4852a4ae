#include "worker/inspect/inspection_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/base/status_macros.h"
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

absl::Status Create(const fs::path& folder) {
  return InspectionFolder::Create(folder, "digits").status();
}

absl::Status Write(const Inspection& inspection, const fs::path& folder) {
  PLEAT_ASSIGN_OR_RETURN(const auto created, InspectionFolder::Create(folder, inspection.name));
  return created->Write(inspection);
}

TEST(InspectionFolder, HoldsPageImagesAndRecord) {
  const TemporaryFolder folder;
  const fs::path target = folder / "look";
  ASSERT_TRUE(Write(NamedInspection(), target).ok());
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
  ASSERT_TRUE(Write(NamedInspection(), target).ok());
  PutFile(target / "images/old.png", "old");
  Inspection without_duplicates = NamedInspection();
  without_duplicates.duplicates.sets.clear();
  ASSERT_TRUE(Write(without_duplicates, target.string() + "/").ok());
  EXPECT_FALSE(fs::exists(target / "images/old.png"));
  EXPECT_FALSE(fs::exists(target / "duplicates.csv"));
  EXPECT_EQ(EntriesIn(folder.path()), 1u);
}

TEST(InspectionFolder, LeavesOtherThingsAlone) {
  const TemporaryFolder folder;
  PutFile(folder / "file", "mine");
  EXPECT_TRUE(absl::IsAlreadyExists(Create(folder / "file")));
  EXPECT_TRUE(absl::IsAlreadyExists(Write(NamedInspection(), folder.path())));
  EXPECT_EQ(GetFile(folder / "file"), "mine");
  fs::create_directory(folder / "empty");
  EXPECT_TRUE(Write(NamedInspection(), folder / "empty").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Create(".")));
}

TEST(InspectionFolder, LooksAtTheFolderThatItWrites) {
  const TemporaryFolder folder;
  PutFile(folder / "file", "mine");
  fs::create_directory(folder / "mine");
  PutFile(folder / "mine/work", "mine");
  for (const char* detour : {"missing/../mine", "file/../mine", "./mine/"}) {
    EXPECT_TRUE(absl::IsAlreadyExists(Write(NamedInspection(), folder / detour))) << detour;
  }
  EXPECT_EQ(GetFile(folder / "mine/work"), "mine");
}

TEST(InspectionFolder, FollowsLinks) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "far");
  fs::create_directory_symlink(folder / "far", folder / "look");
  fs::create_directory_symlink(folder / "nowhere", folder / "lost");
  ASSERT_TRUE(Write(NamedInspection(), folder / "look").ok());
  EXPECT_TRUE(fs::is_symlink(folder / "look"));
  EXPECT_TRUE(fs::exists(folder / "far/index.html"));
  EXPECT_TRUE(absl::IsAlreadyExists(Create(folder / "lost")));
}

TEST(InspectionFolder, KeepsWhatPeopleAddedToAnInspection) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Write(NamedInspection(), folder / "look").ok());
  PutFile(folder / "look/notes.md", "mine");
  const absl::Status status = Write(NamedInspection(), folder / "look");
  EXPECT_TRUE(absl::IsAlreadyExists(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("holds notes.md"));
  EXPECT_EQ(GetFile(folder / "look/notes.md"), "mine");
}

TEST(InspectionFolder, SaysAtOnceWhereItCannotWrite) {
  const TemporaryFolder folder;
  PutFile(folder / "file", "mine");
  const absl::Status status = Create(folder / "file/look");
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("file"));
}

TEST(InspectionFolder, LeavesNothingIfNothingIsWritten) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Create(folder / "new/look").ok());
  EXPECT_EQ(EntriesIn(folder.path()), 0u);
}

TEST(InspectionFolder, LooksAgainBeforeItWrites) {
  const TemporaryFolder folder;
  const auto created = InspectionFolder::Create(folder / "look", "digits").value();
  fs::create_directory(folder / "look");
  PutFile(folder / "look/work", "mine");
  EXPECT_TRUE(absl::IsAlreadyExists(created->Write(NamedInspection())));
  EXPECT_EQ(GetFile(folder / "look/work"), "mine");
}

}  // namespace
}  // namespace pleat
