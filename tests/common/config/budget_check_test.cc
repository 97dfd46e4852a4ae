// Budgets of a search.
#include "common/config/budget_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/search_summary.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string WithBudget(const std::string& budget) {
  return SmallSweep("search:\n  budget: " + budget + "\n");
}

TEST(BudgetCheck, AcceptsEachLimitAndSaysWhatItIs) {
  const std::string text =
      WithBudget("{fold_epochs: 100, gpu_hours: 0.5, wall_time: 2h30m, target_score: 0.125}");
  EXPECT_EQ(DiagnosticsOf(text), "");
  const v1::SweepSpec spec = ReadText(text).spec;
  EXPECT_THAT(DescribeSearchSpace(spec),
              EndsWith("\n  until 100 fold-epochs, or a val_log_loss of 0.125, or 0.5 hours of "
                       "ranks, or 2h30m since the folds were cut"));
  EXPECT_TRUE(HasTimeBudget(spec.search()));
  EXPECT_FALSE(HasTimeBudget(ReadText(WithBudget("{fold_epochs: 7}")).spec.search()));
  EXPECT_EQ(DiagnosticsOf(WithBudget("{wall_time: 1.5}")), "");
}

TEST(BudgetCheck, RefusesLimitsOfZeroAndLess) {
  EXPECT_THAT(DiagnosticsOf(WithBudget("{fold_epochs: 0}")),
              HasSubstr("sweep.yaml:4:25: search.budget.fold_epochs: "));
  EXPECT_THAT(DiagnosticsOf(WithBudget("{gpu_hours: 0}")),
              HasSubstr("sweep.yaml:4:23: search.budget.gpu_hours: "));
  EXPECT_THAT(DiagnosticsOf(WithBudget("{gpu_hours: -1}")), HasSubstr("search.budget.gpu_hours"));
  EXPECT_EQ(DiagnosticsOf(WithBudget("{wall_time: 0h}")),
            "sweep.yaml:4:23: search.budget.wall_time: \"0h\" must be more than 0 and at most 10 "
            "years");
}

TEST(BudgetCheck, RefusesWhatIsNoTimeOrNoLimit) {
  EXPECT_EQ(DiagnosticsOf(WithBudget("{wall_time: soon}")),
            "sweep.yaml:4:23: search.budget.wall_time: \"soon\" is no time; write it like 2h30m, "
            "45m or 90s, or as a number of hours such as 1.5");
  EXPECT_EQ(DiagnosticsOf(WithBudget("{}")),
            "sweep.yaml:4:11: search.budget: limits nothing; give fold_epochs, gpu_hours, "
            "wall_time or target_score, or leave it out");
  EXPECT_THAT(DiagnosticsOf(WithBudget("{fold_epoch: 3}")),
              HasSubstr("did you mean \"fold_epochs\"?"));
}

}  // namespace
}  // namespace pleat
