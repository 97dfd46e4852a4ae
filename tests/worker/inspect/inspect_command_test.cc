#include "worker/inspect/inspect_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::Not;

class InspectCommandTest : public testing::Test {
 protected:
  // Runs it for `source`, a training set, with --out `out` below the folder; returns the exit code.
  int Run(const std::string& source, const std::string& out) {
    PutFile(folder_ / "sweep.yaml", "name: look\ndata: {train: {" + source + "}}\n");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code =
        RunInspectCommand({.file = folder_ / "sweep.yaml", .overrides = {}, .out = folder_ / out});
    output_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return code;
  }

  TemporaryFolder folder_;
  std::string output_;
  std::string error_;
};

TEST_F(InspectCommandTest, WritesAPageAndSaysWhere) {
  ASSERT_EQ(Run("synthetic_digits: {samples: 20}", "new/look"), 0) << error_;
  EXPECT_THAT(output_, HasSubstr("new/look/index.html"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "new/look/index.html"));
}

TEST_F(InspectCommandTest, LooksAtThePlaceBeforeTheData) {
  EXPECT_EQ(Run("csv: {path: absent.csv}", "sweep.yaml/look"), 2);
  EXPECT_THAT(error_, HasSubstr("cannot create " + (folder_ / "sweep.yaml").string()));
  EXPECT_THAT(error_, Not(HasSubstr("absent.csv")));
}

TEST_F(InspectCommandTest, LeavesNothingOfDataThatCannotBeRead) {
  EXPECT_EQ(Run("csv: {path: absent.csv}", "new/look"), 2);
  EXPECT_THAT(error_, HasSubstr("absent.csv"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new"));
}

}  // namespace
}  // namespace pleat
