#include "worker/data/image_folder_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/worker/data/png_bytes.h"
#include "tests/worker/data/temp_files.h"

namespace pleat {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ImageFolder : public testing::Test {
 protected:
  ImageFolder() { source_.set_path(files_.Path("images")); }

  void Add(const std::string& name, const std::string& bytes) {
    const std::filesystem::path path = files_.Path("images/" + name);
    std::filesystem::create_directories(path.parent_path());
    files_.Write("images/" + name, bytes);
  }
  absl::StatusOr<Dataset> Read(uint64_t limit = 0) { return ReadImageFolder(source_, limit); }
  std::string Error(absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
    const auto dataset = Read();
    EXPECT_EQ(dataset.status().code(), code) << dataset.status();
    return std::string(dataset.status().message());
  }

  TempFiles files_;
  v1::ImageFolderSource source_;
};

TEST_F(ImageFolder, OrdersRowsByClassAndFileName) {
  Add("dog/b.png", GreyPng(2, 1, 3));
  Add("cat/10.png", GreyPng(2, 1, 1));
  Add("dog/a.png", GreyPng(2, 1, 2));
  Add("cat/9.png", GreyPng(2, 1, 0));
  const auto read = Read();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rows, 4);
  EXPECT_EQ(read->height, 2);
  EXPECT_EQ(read->width, 1);
  EXPECT_EQ(read->channels, 1);
  EXPECT_THAT(read->class_names, ElementsAre("cat", "dog"));
  EXPECT_THAT(read->labels, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(read->ids, ElementsAre("cat/10.png", "cat/9.png", "dog/a.png", "dog/b.png"));
  EXPECT_THAT(read->pixels, ElementsAre(1, 1, 0, 0, 2, 2, 3, 3));
}

TEST_F(ImageFolder, DropsNamesThatAreTheNumbersOfTheirClasses) {
  for (const char* name : {"0", "1", "2"}) Add(std::string(name) + "/x.png", GreyPng(1, 1, 5));
  EXPECT_THAT(Read()->class_names, IsEmpty());
  Add("10/x.png", GreyPng(1, 1, 5));
  EXPECT_THAT(Read()->class_names, ElementsAre("0", "1", "10", "2"));
  EXPECT_THAT(Read()->labels, ElementsAre(0, 1, 2, 3));
}

TEST_F(ImageFolder, ReadsImagesWithoutLabels) {
  Add("b.png", GreyPng(1, 1, 2));
  Add("a", GreyPng(1, 1, 1));
  const auto read = Read();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->labels, IsEmpty());
  EXPECT_THAT(read->ids, ElementsAre("a", "b.png"));
}

TEST_F(ImageFolder, IsGreyOnlyIfAllImagesAre) {
  Add("a/x.png", GreyPng(1, 1, 9));
  Add("b/x.png", PngBytes(1, 1, 3, "\x64\x01\x02"));
  EXPECT_THAT(Read()->pixels, ElementsAre(9, 9, 9, 100, 1, 2));
  source_.set_channels("grey");
  EXPECT_THAT(Read()->pixels, ElementsAre(9, 31));
  source_.set_channels("rgb");
  EXPECT_EQ(Read(1)->channels, 3);
  source_.set_channels("bgr");
  EXPECT_THAT(Error(), HasSubstr("'bgr'"));
}

TEST_F(ImageFolder, LeavesHiddenFilesAsideAndFollowsLinks) {
  Add("a/x.png", GreyPng(1, 1, 1));
  Add("a/.DS_Store", "x");
  Add("a/Thumbs.db", "x");
  Add(".ipynb_checkpoints/x.png", "x");
  files_.Write("y.png", GreyPng(1, 1, 2));
  std::filesystem::create_symlink(files_.Path("y.png"), files_.Path("images/a/y.png"));
  std::filesystem::create_symlink(files_.Path("images/a"), files_.Path("images/b"));
  const auto read = Read();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->pixels, ElementsAre(1, 2, 1, 2));
}

TEST_F(ImageFolder, DecodesTheFirstRowsOnly) {
  Add("a/x.png", GreyPng(1, 1, 1));
  Add("b/x.png", "no image");
  const auto read = Read(1);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rows, 1);
  EXPECT_THAT(read->class_names, ElementsAre("a", "b"));
}

TEST_F(ImageFolder, TakesALimitedNumberFromAllClassesInTurn) {
  for (const char* name : {"a/1", "a/2", "a/3", "b/1", "c/1", "c/2", "c/3"}) {
    Add(name, GreyPng(1, 1, 5));
  }
  const auto ids = [&](uint64_t limit) { return Read(limit)->ids; };
  EXPECT_THAT(ids(2), ElementsAre("a/1", "b/1"));
  EXPECT_THAT(ids(3), ElementsAre("a/1", "b/1", "c/1"));
  EXPECT_THAT(ids(6), ElementsAre("a/1", "a/2", "a/3", "b/1", "c/1", "c/2"));
  EXPECT_THAT(ids(7), ElementsAre("a/1", "a/2", "a/3", "b/1", "c/1", "c/2", "c/3"));
  EXPECT_EQ(ids(8), ids(0));
  EXPECT_THAT(Read(3)->labels, ElementsAre(0, 1, 2));
}

TEST_F(ImageFolder, TakesTheFirstImagesWithoutLabels) {
  for (const char* name : {"b", "c", "a"}) Add(name, GreyPng(1, 1, 5));
  EXPECT_THAT(Read(2)->ids, ElementsAre("a", "b"));
}

TEST_F(ImageFolder, NamesWhatIsNoImage) {
  Add("a/x.png", GreyPng(1, 1, 1));
  Add("a/notes.txt", "hello");
  EXPECT_THAT(Error(), AllOf(HasSubstr("images/a/notes.txt"), HasSubstr("not a PNG file")));
  Add("a/notes.txt", "");
  EXPECT_THAT(Error(), AllOf(HasSubstr("images/a/notes.txt"), HasSubstr("not a PNG file")));
  Add("a/notes.txt", GreyPng(1, 1, 1).substr(0, 50));
  EXPECT_THAT(Error(), AllOf(HasSubstr("images/a/notes.txt"), HasSubstr("damaged PNG")));
}

TEST_F(ImageFolder, NamesBothImagesOfDifferentSizes) {
  Add("a/x.png", GreyPng(2, 3, 1));
  Add("b/y.png", GreyPng(3, 2, 1));
  EXPECT_THAT(Error(),
              AllOf(HasSubstr("images/b/y.png' has 3x2"), HasSubstr("images/a/x.png' has 2x3")));
}

TEST_F(ImageFolder, RefusesFilesAndFoldersOutOfPlace) {
  Add("a/x.png", GreyPng(1, 1, 1));
  Add("y.png", GreyPng(1, 1, 1));
  EXPECT_THAT(Error(), AllOf(HasSubstr("images/y.png"), HasSubstr("beside class folders ('a')")));
  std::filesystem::remove(files_.Path("images/y.png"));
  std::filesystem::create_directory(files_.Path("images/b"));
  EXPECT_THAT(Error(), AllOf(HasSubstr("images/b'"), HasSubstr("no images")));
  Add("b/c/x.png", GreyPng(1, 1, 1));
  EXPECT_THAT(Error(), AllOf(HasSubstr("images/b/c"), HasSubstr("inside a class folder")));
}

TEST_F(ImageFolder, RefusesNamesThatNoTextFileCanHold) {
  Add("a/x\ny.png", GreyPng(1, 1, 1));
  EXPECT_THAT(Error(), HasSubstr("rename it"));
  std::filesystem::remove_all(files_.Path("images/a"));
  Add("\xff/x.png", GreyPng(1, 1, 1));
  EXPECT_THAT(Error(), HasSubstr("('?')"));
}

TEST_F(ImageFolder, NamesAFolderThatCannotBeRead) {
  EXPECT_THAT(Error(absl::StatusCode::kNotFound), HasSubstr("images"));
  std::filesystem::create_directory(files_.Path("images"));
  EXPECT_THAT(Error(), HasSubstr("a sub-folder of PNG images per class"));
  Add("x.png", GreyPng(1, 1, 1));
  source_.set_path(files_.Path("images/x.png"));
  EXPECT_THAT(Error(), HasSubstr("name the folder of the images"));
  source_.set_path(files_.Path("images"));
  std::filesystem::create_symlink(files_.Path("absent"), files_.Path("images/y.png"));
  EXPECT_THAT(Error(absl::StatusCode::kNotFound), HasSubstr("images/y.png"));
  std::filesystem::remove(files_.Path("images/y.png"));
  std::filesystem::create_symlink("y.png", files_.Path("images/y.png"));
  EXPECT_THAT(Error(absl::StatusCode::kNotFound), HasSubstr("images/y.png"));
  source_.set_path(files_.Path(std::string(300, 'x')));
  EXPECT_THAT(Error(absl::StatusCode::kNotFound), HasSubstr("cannot list"));
  source_.set_path(files_.Path("images"));
  if (geteuid() == 0) return;  // who may read everything
  std::filesystem::permissions(files_.Path("images/x.png"), std::filesystem::perms::none);
  EXPECT_THAT(Error(absl::StatusCode::kPermissionDenied), HasSubstr("images/x.png"));
}

TEST_F(ImageFolder, RefusesMoreThanFitsBeforeItDecodes) {
  for (int i = 0; i < 200; ++i) Add("a/" + std::to_string(i), PngBytes(4096, 4096, 3, ""));
  EXPECT_THAT(Error(absl::StatusCode::kResourceExhausted), HasSubstr("200 rows"));
}

}  // namespace
}  // namespace pleat
