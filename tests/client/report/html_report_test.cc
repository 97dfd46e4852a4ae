#include "client/report/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_replace.h"
#include "tests/client/report/sample_report.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::Not;

// The first element that is closed wrongly, or one that is open at the end: the page is XML but for
// the doctype.
std::string FirstFault(std::string_view page) {
  std::vector<std::string> open;
  for (size_t begin = page.find("<html"); begin != page.npos; begin = page.find('<', begin + 1)) {
    const size_t end = page.find('>', begin);
    if (end == page.npos) return "an element without an end";
    const std::string_view tag = page.substr(begin + 1, end - begin - 1);
    if (tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.emplace_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || "/" + open.back() != tag) {
      return "<" + std::string(tag) + ">";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "open: " + open.back();
}

TEST(HtmlReport, IsWellFormed) {
  EXPECT_EQ(FirstFault(HtmlReport(SampleReport())), "");
  EXPECT_EQ(FirstFault("<html><p></html>"), "</html>") << "the check sees faults";
  EXPECT_EQ(FirstFault("<html><p a='1'/>"), "open: html") << "the check sees faults";
}

TEST(HtmlReport, IsOneFileWithoutLinksOrScripts) {
  const std::string page = HtmlReport(SampleReport());
  for (const char* outside : {"http:", "https:", "href=", "url(", "@import", "<script"}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page, HasSubstr("src=\"data:image/png;base64,"));
  EXPECT_THAT(absl::StrReplaceAll(page, {{"src=\"data:", ""}}), Not(HasSubstr("src=")));
}

TEST(HtmlReport, LinksTheInspectionIfThereIsOne) {
  SweepReport report = SampleReport();
  report.inspection_link = "../a%20b-inspect/index.html?\"";
  EXPECT_THAT(HtmlReport(report), HasSubstr("<a href=\"../a%20b-inspect/index.html?&quot;\">"));
  EXPECT_EQ(FirstFault(HtmlReport(report)), "");
}

TEST(HtmlReport, EscapesWhatPeopleNamed) {
  const std::string page = HtmlReport(SampleReport());
  EXPECT_THAT(page, Not(HasSubstr("<b>more</b>")));
  EXPECT_THAT(page, HasSubstr("&quot;3&quot; &amp; &lt;b&gt;more&lt;/b&gt;"));
  EXPECT_THAT(page, HasSubstr("# 1 &lt; 2 &amp; &quot;quoted&quot;"));
  EXPECT_THAT(page, HasSubstr("&lt;0.1&gt;"));
}

TEST(HtmlReport, IsTheSameEachTime) {
  EXPECT_EQ(HtmlReport(SampleReport()), HtmlReport(SampleReport()));
}

TEST(HtmlReport, HasEachSection) {
  const std::string page = HtmlReport(SampleReport());
  for (const char* heading :
       {"Ensemble", "Learning curves", "Classes", "Confusion", "Calibration", "Spread",
        "Most confident mistakes", "Trials", "Data, machine, settings"}) {
    EXPECT_THAT(page, HasSubstr("<h2>" + std::string(heading) + "</h2>"));
  }
}

TEST(HtmlReport, ComparesTheSetsThatRowsComeFrom) {
  const std::string page = HtmlReport(SampleReport());
  EXPECT_THAT(page, HasSubstr("By set, weakest first"));
  EXPECT_THAT(page, HasSubstr("set &lt;photos&gt;: 97.02 % of 2,000 rows"));
  EXPECT_THAT(page, HasSubstr("The 16 weakest of 30 groups"));
}

TEST(HtmlReport, TabulatesClassesByFoldAndEpoch) {
  SweepReport report = SampleReport();
  report.trials[0].folds[1].class_recall.resize(2);  // ended early
  report.trials[0].folds[1].class_recall[1][3] = 0.125;
  const std::string page = HtmlReport(report);
  // Five of eight epochs.
  for (const char* heading :
       {"class", "fold", "epoch 2", "epoch 3", "epoch 5", "epoch 6", "epoch 8"}) {
    EXPECT_THAT(page, HasSubstr(">" + std::string(heading) + "</th>"));
  }
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;more&lt;/b&gt;</td><td class=\"n\">1</td>"
                              "<td class=\"n\">12.50 %</td><td class=\"n\">–</td>"));
  for (FoldReport& fold : report.trials[0].folds) fold.class_recall.clear();
  EXPECT_THAT(HtmlReport(report), Not(HasSubstr("Recall by class, fold and epoch")));
}

TEST(HtmlReport, DrawsNoTrainingWhereOnlyFinishedWeightsWereUsed) {
  SweepReport report = SampleReport();
  EXPECT_THAT(HtmlReport(report), HasSubstr("training, augmented"));
  for (TrialReport& trial : report.trials) {
    for (FoldReport& fold : trial.folds) {
      fold.epochs.resize(1);
      fold.epochs[0].clear_train();
    }
  }
  EXPECT_THAT(HtmlReport(report), Not(HasSubstr("training, augmented")));
}

TEST(HtmlReport, ShowsRowsOfTheMostConfusedPairs) {
  SweepReport report = SampleReport();
  SplitReport& test = report.splits[2];
  test.confusion.assign(100, 0);
  test.confusion[2 * 10 + 7] = 9;
  test.mistakes.clear();
  for (uint64_t row = 0; row < 30; ++row) {
    test.mistakes.push_back({.row = row, .label = 2, .predicted = row < 20 ? 5 : 7});
    test.mistakes.back().png_base64 = "iVBO";
  }
  const std::string page = HtmlReport(report);
  const size_t begin = page.find("<div class=\"thumbs\">");
  ASSERT_NE(begin, page.npos);
  const std::string thumbs = page.substr(begin, page.find("</div>", begin) - begin);
  EXPECT_THAT(thumbs, HasSubstr("alt=\"row 20\""));
  EXPECT_THAT(thumbs, HasSubstr("alt=\"row 23\""));
  EXPECT_THAT(thumbs, Not(HasSubstr("alt=\"row 24\"")));
  EXPECT_THAT(thumbs, Not(HasSubstr("alt=\"row 0\"")));
}

TEST(HtmlReport, LeavesOutWhatThereIsNot) {
  SweepReport report{.name = "young", .state = "running", .reason = "prepares the data"};
  const std::string page = HtmlReport(report);
  EXPECT_EQ(FirstFault(page), "");
  EXPECT_THAT(page, HasSubstr("prepares the data"));
  for (const char* heading : {"Ensemble", "Learning curves", "Classes", "Confusion", "Trials"}) {
    EXPECT_THAT(page, Not(HasSubstr("<h2>" + std::string(heading) + "</h2>")));
  }
}

TEST(HtmlReport, TakesNumbersThatAreNone) {
  SweepReport report = SampleReport();
  report.trials[0].folds[0].epochs[0].set_val_loss(NAN);
  report.trials[0].folds[0].rounded_accuracy[1] = NAN;
  report.splits[0].scores.set_ece(NAN);
  const std::string page = HtmlReport(report);
  EXPECT_EQ(FirstFault(page), "");
  EXPECT_THAT(page, Not(HasSubstr("\"nan")));
  EXPECT_THAT(page, Not(HasSubstr(" nan")));
}

TEST(HtmlReport, TakesVeryManyClasses) {
  SweepReport report = SampleReport();
  report.class_names.clear();
  for (int i = 0; i < 300; ++i) report.class_names.push_back("class " + std::to_string(i));
  for (SplitReport& split : report.splits) split.confusion.assign(300 * 300, 1);
  for (TrialReport& trial : report.trials) {
    for (FoldReport& fold : trial.folds) {
      fold.rounded_accuracy.assign(300, 0.5);
      for (std::vector<double>& recall : fold.class_recall) recall.assign(300, 0.5);
    }
  }
  const std::string page = HtmlReport(report);
  EXPECT_EQ(FirstFault(page), "");
  EXPECT_LT(page.size(), 1u << 20);
}

}  // namespace
}  // namespace pleat
