#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/report/html_report.h"
#include "client/report/report_sections.h"
#include "tests/client/report/sample_report.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(SearchSection, DrawsHistoryImportanceSlicesAndTrials) {
  const std::string page = SearchSection(SampleSearchReport());
  EXPECT_THAT(page, HasSubstr("History · val_log_loss"));
  EXPECT_THAT(page, HasSubstr("lr (log)"));
  EXPECT_THAT(page, HasSubstr("Trials through their parameters"));
  // Eleven trials have a score: all but the best, which is a diamond, are dots of the history and
  // of three slices, and lines.
  EXPECT_EQ(CountOf(page, "<circle"), 4 * 10u);
  EXPECT_EQ(CountOf(page, "class=\"mark\""), 4u);
  EXPECT_EQ(CountOf(page, "class=\"trial s"), 10u);
  EXPECT_THAT(page, Not(HasSubstr("trial 7:")));
}

TEST(SearchSection, TellsWhatTheWinnersScoreIsWorth) {
  const std::string page = SearchSection(SampleSearchReport());
  EXPECT_THAT(page, HasSubstr("Trial 0 is the best of 11 trials with 0.1000."));
  EXPECT_THAT(page, HasSubstr("look 0.0125 better than it is: expect 0.1125"));
  EXPECT_THAT(HtmlReport(SampleSearchReport()), HasSubstr("<b>0.1125</b>"));
}

TEST(SearchSection, PutsTheMostImportantParameterFirst) {
  SweepReport report = SampleSearchReport();
  report.search.analysis.importance->shares = {0.1, 0.25, 0.6};
  const std::string page = SearchSection(report);
  EXPECT_THAT(page, HasSubstr("optimizer: 60 %"));
  EXPECT_THAT(page, HasSubstr("together: 5 %"));
  EXPECT_LT(page.find("optimizer: 60 %"), page.find("dropout: 25 %"));
  EXPECT_LT(page.find("dropout: 25 %"), page.find("lr: 10 %"));
}

TEST(SearchSection, SaysWhereImportanceIsNoise) {
  SweepReport report = SampleSearchReport();
  report.search.analysis.importance->explained = 0.8;
  EXPECT_THAT(SearchSection(report), HasSubstr("foretells 80 % of the variance"));
  report.search.analysis.importance->explained = -0.3;
  EXPECT_THAT(SearchSection(report), HasSubstr("Too few trials, or too much noise"));
}

TEST(SearchSection, ShowsTheBestSoFarInTheMetricsDirection) {
  SweepReport report = SampleSearchReport();
  // Scores grow with each trial: the first is the least, each is the most.
  const auto steps = [](const std::string& page) {
    const size_t end = page.find("class=\"line b\"");
    return CountOf(page.substr(page.rfind("<path", end), end - page.rfind("<path", end)), "L");
  };
  EXPECT_EQ(steps(SearchSection(report)), 1u);
  report.search.is_maximized = true;
  EXPECT_EQ(steps(SearchSection(report)), 2 * 10u + 1);
}

TEST(SearchSection, SaysHowManyTrialsItNeeds) {
  SweepReport report = SampleSearchReport();
  report.search.analysis.scored_trials = 3;
  const std::string page = SearchSection(report);
  EXPECT_THAT(page, HasSubstr("3 of 12 trials have a score so far; from 4 on"));
  EXPECT_THAT(page, Not(HasSubstr("<svg")));
}

TEST(SearchSection, IsLeftOutWhereThereWasNoSearch) {
  SweepReport report = SampleSearchReport();
  report.trials.resize(1);
  EXPECT_EQ(SearchSection(report), "");
}

TEST(SearchSection, LetsLinesPassBesideParametersThatTrialsLack) {
  SweepReport report = SampleSearchReport();
  EXPECT_THAT(SearchSection(report), Not(HasSubstr(">–</text>")));
  report.search.analysis.places[4][1].reset();
  const std::string page = SearchSection(report);
  EXPECT_EQ(CountOf(page, ">–</text>"), 1u);
  EXPECT_EQ(CountOf(page, "<circle"), 4 * 10u - 1);
}

TEST(SearchSection, DrawsOnlyTheBestOfVeryMany) {
  SweepReport report = SampleSearchReport();
  SweepAnalysis& analysis = report.search.analysis;
  for (uint32_t number = 12; number < 2000; ++number) {
    TrialReport& trial = report.trials.emplace_back(report.trials[1]);
    trial.trial = number;
    trial.score = 1 + 0.001 * number;
    analysis.places.push_back(analysis.places[1]);
  }
  analysis.scored_trials = 1999;
  const std::string page = SearchSection(report);
  EXPECT_THAT(page, HasSubstr("The best 500 trials are drawn."));
  EXPECT_EQ(CountOf(page, "<circle"), 4 * 499u);
  EXPECT_THAT(page, HasSubstr("trial 1:"));
  EXPECT_THAT(page, Not(HasSubstr("trial 1999:")));
}

TEST(SearchSection, EscapesWhatPeopleNamed) {
  const std::string page = SearchSection(SampleSearchReport());
  EXPECT_THAT(page, HasSubstr("&lt;sgd&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<sgd>")));
}

}  // namespace
}  // namespace pleat
