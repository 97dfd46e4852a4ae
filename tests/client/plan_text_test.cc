#include "client/plan_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::Amounts AmountsOf(double fold_epochs) {
  v1::Amounts amounts;
  amounts.set_fold_epochs(fold_epochs);
  amounts.set_wall_seconds(fold_epochs * 5);
  amounts.set_gpu_hours(fold_epochs / 360);
  return amounts;
}

v1::Play PlayOf(double fold_epochs, uint32_t stopped) {
  v1::Play play;
  *play.mutable_spent() = AmountsOf(fold_epochs);
  play.set_trials(9);
  play.set_stopped(stopped);
  for (const double share : {1.0, 0.25, 0.1, 0.02}) play.add_better_share(share);
  return play;
}

v1::Plan SamplePlan() {
  v1::Plan plan;
  plan.set_sweep("digits");
  plan.set_method("tpe search");
  plan.set_trials(9);
  plan.set_folds(4);
  plan.set_fewest_epochs(10);
  plan.set_most_epochs(10);
  plan.set_groups(2);
  plan.set_ranks(1);
  plan.set_seconds_per_epoch(10);
  *plan.mutable_worst() = AmountsOf(360);
  *plan.mutable_expected() = AmountsOf(90);
  *plan.add_plays() = PlayOf(72, 6);
  *plan.add_plays() = PlayOf(108, 4);
  *plan.add_unpruned() = PlayOf(360, 0);
  *plan.add_unpruned() = PlayOf(360, 0);
  return plan;
}

TEST(PlanTextTest, TellsWhatItTakes) {
  EXPECT_EQ(PlanText(SamplePlan()),
            "digits: tpe search, 9 trials x 4 folds x 10 epochs, on 2 groups of 1 rank\n"
            "10 s for an epoch of a fold\n"
            "\n"
            "                      fold-epochs  wall time  GPU-hours\n"
            "  worst case                  360  30:00 min          1\n"
            "  expected                     90   7:30 min       0.25\n"
            "  least of the plays           72   6:00 min        0.2\n"
            "  most of the plays           108   9:00 min        0.3\n"
            "\n"
            "in 2 plays on synthetic objectives\n"
            "search.pruning stops 4 to 6 of 9 trials and saves 75 % of the fold-epochs\n"
            "the best trial so far is among this share of all configurations after\n"
            "  of its fold-epochs     25 %    50 %    75 %  100 %\n"
            "  as it is            100.0 %  25.0 %  10.0 %  2.0 %\n"
            "  without pruning     100.0 %  25.0 %  10.0 %  2.0 %\n");
}

TEST(PlanTextTest, LeavesOutWhatThereIsNot) {
  v1::Plan plan = SamplePlan();
  plan.clear_unpruned();
  plan.clear_seconds_per_epoch();
  plan.clear_plays();
  plan.add_plays()->mutable_spent()->set_fold_epochs(360);
  for (v1::Amounts* amounts : {plan.mutable_worst(), plan.mutable_expected()}) {
    amounts->clear_wall_seconds();
    amounts->clear_gpu_hours();
  }
  plan.add_notes("times are not known");
  const std::string text = PlanText(plan);
  EXPECT_THAT(text, Not(HasSubstr("wall")));
  EXPECT_THAT(text, Not(HasSubstr("pruning")));
  EXPECT_THAT(text, Not(HasSubstr("least of")));
  EXPECT_THAT(text, Not(HasSubstr("configurations")));
  EXPECT_THAT(text, HasSubstr("\nnote: times are not known\n"));
}

TEST(PlanTextTest, SaysWhatEndsTheSearch) {
  v1::Plan plan = SamplePlan();
  plan.mutable_plays(1)->set_trials(5);
  plan.mutable_plays(1)->set_search_ended("search.budget.fold_epochs is spent: 80 of 70");
  EXPECT_THAT(PlanText(plan),
              HasSubstr("the search ends after 5 to 9 trials: search.budget.fold_epochs is spent"));
}

}  // namespace
}  // namespace pleat
