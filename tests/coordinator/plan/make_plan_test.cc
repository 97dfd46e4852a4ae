#include "coordinator/plan/make_plan.h"

#include <gtest/gtest.h>

#include <sstream>

#include "coordinator/plan/plan_command.h"
#include "tests/coordinator/plan/plan_samples.h"

namespace pleat {
namespace {

v1::PlanRequest RequestFor(const v1::SweepSpec& spec, uint32_t plays) {
  v1::PlanRequest request;
  *request.mutable_spec() = spec;
  request.set_folds(3);
  request.set_groups(2);
  request.set_ranks(2);
  request.set_seconds_per_epoch(1);
  request.set_plays(plays);
  return request;
}

TEST(MakePlanTest, WithoutPruningAllPlaysTakeTheSame) {
  const auto plan = MakePlan(RequestFor(PlanSample("sobol", 8), 3));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->sweep(), "sample");
  EXPECT_EQ(plan->method(), "sobol search");
  EXPECT_EQ(plan->trials(), 8u);
  EXPECT_EQ(plan->plays_size(), 3);
  EXPECT_EQ(plan->unpruned_size(), 0);
  EXPECT_EQ(plan->worst().fold_epochs(), 8 * 3 * 6);
  EXPECT_DOUBLE_EQ(plan->expected().fold_epochs(), 8 * 3 * 6);
  EXPECT_DOUBLE_EQ(plan->worst().wall_seconds(), 8 * 3 * 6 / 2);
  EXPECT_NEAR(plan->worst().gpu_hours(), 2 * 8 * 3 * 6 / 3600.0, 1e-9);
  EXPECT_EQ(plan->notes_size(), 0);
}

TEST(MakePlanTest, TheWorstCaseIsThatNothingIsStopped) {
  const v1::SweepSpec spec = PlanSample("random", 20, "pruning: {fold_racing: {}}");
  const auto plan = MakePlan(RequestFor(spec, 2));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->unpruned_size(), 2);
  EXPECT_EQ(plan->worst().fold_epochs(), 20 * 3 * 6);
  EXPECT_LT(plan->expected().fold_epochs(), 0.8 * plan->worst().fold_epochs());
  EXPECT_DOUBLE_EQ(
      plan->expected().fold_epochs(),
      (plan->plays(0).spent().fold_epochs() + plan->plays(1).spent().fold_epochs()) / 2);
  EXPECT_EQ(MakePlan(RequestFor(spec, 2))->SerializeAsString(), plan->SerializeAsString());
}

TEST(MakePlanTest, SaysThatEpochsVary) {
  v1::SweepSpec spec = PlanSample("random", 8);
  v1::ParameterSpec* epochs = spec.mutable_search()->add_parameters();
  epochs->set_key("training.epochs");
  epochs->mutable_int_uniform()->set_min(2);
  epochs->mutable_int_uniform()->set_max(20);
  const auto plan = MakePlan(RequestFor(spec, 1));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_LT(plan->fewest_epochs(), plan->most_epochs());
  ASSERT_EQ(plan->notes_size(), 1);
  EXPECT_NE(plan->notes(0).find("differ in their epochs"), std::string::npos);
}

TEST(MakePlanTest, TheCommandReadsAndWritesMessages) {
  const v1::PlanRequest request = RequestFor(PlanSample("random", 2), 1);
  std::istringstream in(request.SerializeAsString());
  std::ostringstream out;
  ASSERT_TRUE(RunPlanCommand(in, out).ok());
  v1::Plan plan;
  ASSERT_TRUE(plan.ParseFromString(out.str()));
  EXPECT_EQ(plan.worst().fold_epochs(), 2 * 3 * 6);
  std::istringstream nonsense("nonsense");
  EXPECT_TRUE(absl::IsInvalidArgument(RunPlanCommand(nonsense, out)));
}

}  // namespace
}  // namespace pleat
