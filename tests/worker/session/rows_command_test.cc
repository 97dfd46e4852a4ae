#include "worker/session/rows_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "tests/common/store/temporary_folder.h"
#include "worker/data/png_decoder.h"

namespace pleat {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

class RowsCommandTest : public testing::Test {
 protected:
  // A training set of two equal rows, images of this height.
  void WriteRows(const std::vector<int>& pixels, int64_t height) {
    std::string names = "label", values;
    for (size_t i = 0; i < pixels.size(); ++i) {
      absl::StrAppend(&names, ",pixel", i);
      absl::StrAppend(&values, ",", pixels[i]);
    }
    PutFile(folder_ / "rows.csv", absl::StrCat(names, "\n0", values, "\n1", values, "\n"));
    height_ = height;
  }

  // Runs it for one row; returns the exit code.
  int Run(const std::string& row, double scale) {
    const nlohmann::json csv = {
        {"path", (folder_ / "rows.csv").string()}, {"label_column", "label"}, {"height", height_}};
    const nlohmann::json data = {{"train", {{"csv", csv}}}, {"scale", scale}};
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = RunRowsCommand({.data = data.dump(), .rows = {row}});
    output_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return code;
  }

  // What it printed of training row 1.
  PngImage Image() const {
    std::string png;
    EXPECT_TRUE(absl::Base64Unescape(
        nlohmann::json::parse(output_).at("train").at("rows").at("1").get<std::string>(), &png));
    return DecodePng(png).value();
  }

  TemporaryFolder folder_;
  int64_t height_ = 0;
  std::string output_;
  std::string error_;
};

TEST_F(RowsCommandTest, ShowsSmallValuesAtFullBrightness) {
  WriteRows({0, 4, 8, 16}, 2);
  ASSERT_EQ(Run("train:1", 16), 0) << error_;
  EXPECT_THAT(Image().samples, ElementsAre(0, 64, 128, 255));
  ASSERT_EQ(Run("train:1", 0), 0) << error_;
  EXPECT_THAT(Image().samples, ElementsAre(0, 4, 8, 16));
}

TEST_F(RowsCommandTest, LeavesImagesThatAreNotTooLargeAsTheyAre) {
  WriteRows(std::vector<int>(256 * 2, 7), 256);
  ASSERT_EQ(Run("train:1", 0), 0) << error_;
  EXPECT_EQ(Image().height, 256);
  EXPECT_EQ(Image().width, 2);
}

TEST_F(RowsCommandTest, ReducesLargeImagesToMeans) {
  std::vector<int> pixels;
  for (int y = 0; y < 300; ++y) {
    for (int x = 0; x < 4; ++x) pixels.push_back(y % 2 * 100 + x % 2 * 50);
  }
  WriteRows(pixels, 300);
  ASSERT_EQ(Run("train:1", 0), 0) << error_;
  EXPECT_EQ(Image().height, 150);
  EXPECT_EQ(Image().width, 2);
  EXPECT_THAT(Image().samples, Each(75));
}

TEST_F(RowsCommandTest, RefusesARowThatThereIsNot) {
  WriteRows({0, 4, 8, 16}, 2);
  EXPECT_EQ(Run("train:2", 16), 2);
  EXPECT_EQ(output_, "");
  EXPECT_THAT(error_, HasSubstr("--row train:2"));
}

}  // namespace
}  // namespace pleat
