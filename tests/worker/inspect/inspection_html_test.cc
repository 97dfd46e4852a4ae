#include "worker/inspect/inspection_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "tests/worker/inspect/sample_inspection.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(InspectionHtml, NeedsNothingElse) {
  const std::string page = absl::StrReplaceAll(InspectionHtml(SampleInspection()),
                                               {{"<a href=\"duplicates.csv\">", ""}});
  for (const char* outside : {"http:", "https:", "href=", "url(", "@import", "<script"}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page, HasSubstr("src=\"data:image/png;base64,cG5n\""));
  EXPECT_THAT(absl::StrReplaceAll(page, {{"src=\"data:", ""}}), Not(HasSubstr("src=")));
}

TEST(InspectionHtml, EscapesNames) {
  const std::string page = InspectionHtml(SampleInspection());
  EXPECT_THAT(page, Not(HasSubstr("<dog")));
  EXPECT_THAT(page, HasSubstr("&lt;dog &amp; co&gt;"));
  EXPECT_THAT(page, HasSubstr("min &lt;1&gt;"));
}

TEST(InspectionHtml, NamesDuplicatesByTheirIdsAndLinksThemAll) {
  Inspection inspection = SampleInspection();
  inspection.shown_duplicates[0].rows.rows[0].id = "a<b/1.png";
  const std::string page = InspectionHtml(inspection);
  EXPECT_THAT(page, HasSubstr("train row 3 (a&lt;b/1.png): &lt;dog"));
  EXPECT_THAT(page, HasSubstr("<a href=\"duplicates.csv\">"));
  inspection.duplicates.sets.clear();
  EXPECT_THAT(InspectionHtml(inspection), Not(HasSubstr("href=")));
}

TEST(InspectionHtml, HasEachSection) {
  Inspection inspection = SampleInspection();
  inspection.views = inspection.augmentation;
  const std::string page = InspectionHtml(inspection);
  for (const char* heading : {"Findings", "Splits", "Rows by class", "Rows by group", "Images",
                              "Duplicates", "Augmentation", "Test-time views", "The data"}) {
    EXPECT_THAT(page, HasSubstr("<h2>" + std::string(heading) + "</h2>"));
  }
  EXPECT_THAT(page, HasSubstr("train row 3: &lt;dog &amp; co&gt;<br/>test row 4: no label"));
  EXPECT_THAT(page, HasSubstr("3 more classes are not shown"));
}

TEST(InspectionHtml, LeavesOutWhatThereIsNot) {
  Inspection inspection = SampleInspection();
  inspection.augmentation.clear();
  inspection.duplicates.sets.clear();
  inspection.splits[0].group_rows.clear();
  const std::string page = InspectionHtml(inspection);
  for (const char* heading : {"Rows by group", "Rows by set", "Augmentation", "Test-time views"}) {
    EXPECT_THAT(page, Not(HasSubstr("<h2>" + std::string(heading) + "</h2>")));
  }
  EXPECT_THAT(page, HasSubstr("No two rows have the same image"));
  inspection.preview_note = "Blends are not shown.";
  EXPECT_THAT(InspectionHtml(inspection), HasSubstr("<h2>Augmentation</h2>"));
}

}  // namespace
}  // namespace pleat
