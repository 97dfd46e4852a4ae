#include "common/store/beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using Opener = absl::StatusOr<UniqueFd> (*)(int, const std::string&, int);

// Both ways of opening must refuse the same things.
class BeneathTest : public testing::TestWithParam<Opener> {
 protected:
  absl::Status Open(const std::string& path) {
    return GetParam()(root_.get(), path, O_RDONLY).status();
  }

  TemporaryFolder folder_;
  UniqueFd root_{open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY)};
};

INSTANTIATE_TEST_SUITE_P(Both, BeneathTest, testing::Values(&OpenBeneath, &OpenBeneathByComponents),
                         [](const auto& way) {
                           return way.param == &OpenBeneath ? "Openat2" : "ByComponents";
                         });

TEST_P(BeneathTest, OpensFilesInFolders) {
  std::filesystem::create_directories(folder_ / "a/b");
  PutFile(folder_ / "a/b/c", "x");
  EXPECT_TRUE(Open("a/b/c").ok());
  EXPECT_TRUE(absl::IsNotFound(Open("a/b/d")));
  EXPECT_TRUE(absl::IsNotFound(Open("z/b/c")));
  EXPECT_TRUE(absl::IsInvalidArgument(Open("a/b/c/d")));
}

TEST_P(BeneathTest, RefusesEveryLink) {
  std::filesystem::create_directory(folder_ / "a");
  PutFile(folder_ / "a/b", "x");
  std::filesystem::create_symlink("a", folder_ / "link");
  std::filesystem::create_symlink("a/b", folder_ / "file");
  EXPECT_TRUE(absl::IsInvalidArgument(Open("link/b")));
  EXPECT_TRUE(absl::IsInvalidArgument(Open("file")));
}

TEST_P(BeneathTest, RefusesToLeaveTheRoot) {
  EXPECT_TRUE(absl::IsInvalidArgument(Open("../" + folder_.path().filename().string())));
  EXPECT_TRUE(absl::IsInvalidArgument(Open("/etc/passwd")));
}

}  // namespace
}  // namespace pleat
