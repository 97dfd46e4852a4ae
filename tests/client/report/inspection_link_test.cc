#include "client/report/inspection_link.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/config/inspected_settings.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

const char kRest[] = R"("sweep": "digits", "data_sha256": {"train": "aa", "test": "bb"})";

v1::GetResponse InspectedSweep() {
  v1::GetResponse sweep;
  sweep.mutable_summary()->set_name("digits");
  sweep.mutable_spec()->mutable_training()->set_seed(3);
  for (const auto& [split, sha256] : {std::pair("train", "aa"), std::pair("test", "bb")}) {
    v1::DatasetInfo& data = *sweep.add_datasets();
    data.set_split(split);
    data.set_data_sha256(sha256);
  }
  return sweep;
}

// The record of an inspection that shows the settings of `spec`; `more` are its other entries.
std::string RecordWith(const std::string& more,
                       const v1::SweepSpec& spec = InspectedSweep().spec()) {
  return absl::StrCat("{\"settings_sha256\": \"", InspectedSettingsSha256(spec), "\", ", more, "}");
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
  EXPECT_EQ(FindWith(RecordWith(kRest)), folder_ / "digits-inspect/index.html");
}

TEST_F(InspectionLinkTest, LeavesOthersAside) {
  for (const char* other : {R"("sweep": "digits", "data_sha256": {"train": "aa", "test": "cc"})",
                            R"("sweep": "digits", "data_sha256": {"train": "aa"})",
                            R"("sweep": "other", "data_sha256": {"train": "aa", "test": "bb"})",
                            R"("sweep": "digits", "data_sha256": 7)"}) {
    EXPECT_EQ(FindWith(RecordWith(other)), "") << other;
  }
  EXPECT_EQ(FindWith("no JSON"), "");
  EXPECT_EQ(FindWith("[]"), "");
}

TEST_F(InspectionLinkTest, LeavesAsideWhatShowsOtherSettings) {
  v1::SweepSpec other = InspectedSweep().spec();
  other.mutable_training()->set_seed(4);
  EXPECT_EQ(FindWith(RecordWith(kRest, other)), "");
  EXPECT_EQ(FindWith(absl::StrCat("{", kRest, "}")), "") << "it does not say which it shows";
}

TEST(RelativeLink, IsEncoded) {
  EXPECT_EQ(RelativeLink("/a/report.html", "/a/d-inspect/index.html"), "d-inspect/index.html");
  EXPECT_EQ(RelativeLink("/a/b/c/report.html", "/a/d e#?/index.html"),
            "../../d%20e%23%3F/index.html");
}

}  // namespace
}  // namespace pleat
