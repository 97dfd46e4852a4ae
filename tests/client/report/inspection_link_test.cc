#include "client/report/inspection_link.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

v1::GetResponse InspectedSweep() {
  v1::GetResponse sweep;
  sweep.mutable_summary()->set_name("digits");
  for (const auto& [split, sha256] : {std::pair("train", "aa"), std::pair("test", "bb")}) {
    v1::DatasetInfo& data = *sweep.add_datasets();
    data.set_split(split);
    data.set_data_sha256(sha256);
  }
  return sweep;
}

class InspectionLinkTest : public testing::Test {
 protected:
  std::string FindWith(const std::string& record) {
    std::filesystem::create_directory(folder_ / "digits-inspect");
    PutFile(folder_ / "digits-inspect/index.html", "page");
    PutFile(folder_ / "digits-inspect/inspection.json", record);
    return FindInspection(folder_.path(), InspectedSweep());
  }

  TemporaryFolder folder_;
};

TEST_F(InspectionLinkTest, FindsThatOfTheSweepAndItsData) {
  EXPECT_EQ(FindInspection(folder_.path(), InspectedSweep()), "");
  EXPECT_EQ(FindWith(R"({"sweep": "digits", "data_sha256": {"train": "aa", "test": "bb"}})"),
            folder_ / "digits-inspect/index.html");
}

TEST_F(InspectionLinkTest, LeavesOthersAside) {
  EXPECT_EQ(FindWith(R"({"sweep": "digits", "data_sha256": {"train": "aa", "test": "cc"}})"), "");
  EXPECT_EQ(FindWith(R"({"sweep": "digits", "data_sha256": {"train": "aa"}})"), "");
  EXPECT_EQ(FindWith(R"({"sweep": "other", "data_sha256": {"train": "aa", "test": "bb"}})"), "");
  EXPECT_EQ(FindWith(R"({"sweep": "digits", "data_sha256": 7})"), "");
  EXPECT_EQ(FindWith("no JSON"), "");
  EXPECT_EQ(FindWith("[]"), "");
}

TEST(RelativeLink, IsEncoded) {
  EXPECT_EQ(RelativeLink("/a/report.html", "/a/d-inspect/index.html"), "d-inspect/index.html");
  EXPECT_EQ(RelativeLink("/a/b/c/report.html", "/a/d e#?/index.html"),
            "../../d%20e%23%3F/index.html");
}

}  // namespace
}  // namespace pleat
