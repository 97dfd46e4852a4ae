#include "common/config/pruning_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/config/sweep_reader.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// What is wrong with a sweep that has this `search` section; empty: nothing.
std::string ProblemsOf(const std::string& search, int folds = 5) {
  SweepSource source;
  source.text = absl::StrCat("name: a\ndata: {train: {synthetic_digits: {samples: 100}}}\n",
                             "cross_validation: {k_fold: {folds: ", folds, "}}\nsearch:\n", search);
  source.file = "sweep.yaml";
  source.folder = "/data";
  return FormatDiagnostics(ReadSweep(source).diagnostics);
}

TEST(PruningCheck, TakesARaceWithItsDefaults) {
  EXPECT_EQ(ProblemsOf("  pruning: {fold_racing: {}}\n"), "");
  EXPECT_EQ(ProblemsOf("  pruning: {fold_racing: {rule: forgiving}, most_ahead: 1}\n"), "");
}

TEST(PruningCheck, RefusesTrialsOfDifferentLength) {
  EXPECT_THAT(
      ProblemsOf("  pruning: {fold_racing: {}}\n  parameters:\n"
                 "    training.epochs: {values: [2, 4]}\n"),
      HasSubstr("sweep.yaml:7:5: search.parameters[training.epochs]: training.epochs may not "
                "differ between trials that race"));
  EXPECT_THAT(ProblemsOf("  pruning: {fold_racing: {}}\n  parameters:\n"
                         "    training.batch_size: {values: [2, 4], also: [training.epochs]}\n"),
              HasSubstr("training.epochs may not differ between trials that race"));
  EXPECT_EQ(ProblemsOf("  parameters:\n    training.epochs: {values: [2, 4]}\n"), "");
}

TEST(PruningCheck, RefusesATestThatNeverStops) {
  const std::string racing = "  pruning: {fold_racing: {rule: wilcoxon}}\n";
  EXPECT_THAT(ProblemsOf(racing), HasSubstr("of 5 folds no signed-rank test has a p value below "
                                            "0.03125"));
  EXPECT_EQ(ProblemsOf(racing, 6), "");
  EXPECT_EQ(ProblemsOf("  pruning: {fold_racing: {rule: wilcoxon, false_stop_rate: 0.1}}\n"), "");
}

TEST(PruningCheck, RefusesRulesAndRatesThatAreNone) {
  EXPECT_THAT(ProblemsOf("  pruning: {fold_racing: {rule: paird}}\n"), HasSubstr("paired"));
  EXPECT_THAT(ProblemsOf("  pruning: {fold_racing: {false_stop_rate: 0}}\n"),
              HasSubstr("false_stop_rate"));
  EXPECT_THAT(ProblemsOf("  pruning: {asha: {}, most_ahead: 0}\n"), HasSubstr("most_ahead"));
}

TEST(PruningCheck, DescribesWhatIsAskedFor) {
  v1::SearchSpec search;
  EXPECT_EQ(DescribePruning(search), "");
  search.mutable_pruning()->mutable_fold_racing()->set_rule("paired");
  search.mutable_pruning()->mutable_asha()->set_eta(3);
  search.mutable_pruning()->mutable_asha()->set_min_epochs(1);
  search.mutable_pruning()->mutable_percentile()->set_keep_percent(50);
  EXPECT_EQ(DescribePruning(search),
            "fold racing (paired), asha (eta 3, from 1 epoch), percentile (best 50 %)");
}

TEST(PruningCheck, TakesPruningWithoutARuleAsNone) {
  EXPECT_EQ(ProblemsOf("  pruning: {}\n  parameters:\n    training.epochs: {values: [2, 4]}\n"),
            "");
}

// A fold has 10 epochs.
TEST(PruningCheck, RefusesRungsAndWarmUpsThatLeaveNothingToDecide) {
  EXPECT_EQ(ProblemsOf("  pruning: {asha: {eta: 3, min_epochs: 1, brackets: 3}}\n"), "");
  EXPECT_THAT(ProblemsOf("  pruning: {asha: {eta: 3, min_epochs: 1, brackets: 4}}\n"),
              HasSubstr("search.pruning.asha.brackets: the first rung of bracket 3 would end after "
                        "27 epochs, but folds have 10; give at most 3"));
  EXPECT_THAT(
      ProblemsOf("  pruning: {asha: {min_epochs: 10}}\n"),
      HasSubstr("search.pruning.asha.min_epochs: the first rung would end after 10 epochs"));
  EXPECT_THAT(ProblemsOf("  pruning: {percentile: {warmup_epochs: 10}}\n"),
              HasSubstr("search.pruning.percentile.warmup_epochs: the warm-up would end after 10"));
}

}  // namespace
}  // namespace pleat
