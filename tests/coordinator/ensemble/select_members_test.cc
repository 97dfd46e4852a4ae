#include "coordinator/ensemble/select_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/ensemble/ensemble_fixture.h"

namespace pleat {
namespace {

// Logits that give class 0 of both rows of fold 0, and both of fold 1, a large (right) value.
class SelectMembersTest : public testing::Test {
 protected:
  SelectMembersTest() {
    effect_ = {"s", fixture_.spec, fixture_.train, fixture_.folds, {}, {}, {}};
    AddTrial(0, 0.5, {0, 1});
    AddTrial(1, 0.1, {0});
    v1::MissingFold missing;
    missing.set_trial(1);
    missing.set_fold(1);
    effect_.missing.push_back(missing);
  }

  // A trial that is right with a log-odds of 1 / score.
  void AddTrial(uint32_t trial, double score, const std::vector<uint32_t>& folds) {
    const auto odds = static_cast<float>(1 / score);
    effect_.scores[trial] = score;
    for (const uint32_t fold : folds) {
      effect_.predictions.push_back(
          {trial, fold, fixture_.Matrix(absl::StrCat("oof", trial, fold), {odds, 0, 0, odds})});
    }
  }

  v1::MembersSelected Select() {
    auto selected = RunSelectMembers(effect_, *fixture_.store);
    EXPECT_TRUE(selected.ok()) << selected.status();
    return *selected;
  }

  EnsembleFixture fixture_;
  SelectMembers effect_;
};

TEST_F(SelectMembersTest, SpreadsATrialsWeightOverItsFinishedFolds) {
  effect_.spec.mutable_ensemble()->mutable_select()->mutable_all();
  const v1::MembersSelected selected = Select();
  ASSERT_EQ(selected.members_size(), 3);
  EXPECT_DOUBLE_EQ(selected.members(0).weight(), 0.25);
  EXPECT_DOUBLE_EQ(selected.members(1).weight(), 0.25);
  EXPECT_DOUBLE_EQ(selected.members(2).weight(), 0.5);
}

TEST_F(SelectMembersTest, NamesMissingFoldsOfChosenTrialsOnly) {
  auto& best = *effect_.spec.mutable_ensemble()->mutable_select()->mutable_best();
  best.set_trials(1);
  EXPECT_EQ(Select().missing_size(), 1);
  effect_.scores[1] = 0.9;
  const v1::MembersSelected selected = Select();
  EXPECT_EQ(selected.members_size(), 2);
  EXPECT_EQ(selected.missing_size(), 0);
}

TEST_F(SelectMembersTest, NamesATrialThatLostAllItsFoldsWhateverTheMethod) {
  for (const uint32_t fold : {0, 1}) {
    v1::MissingFold& missing = effect_.missing.emplace_back();
    missing.set_trial(2);
    missing.set_fold(fold);
    missing.set_reason("no memory");
  }
  effect_.scores[1] = 0.9;  // so that trial 0, which lacks nothing, is the best
  std::vector<v1::SelectSpec> methods(3);
  methods[0].mutable_all();
  methods[1].mutable_best()->set_trials(1);
  methods[2].mutable_greedy()->set_rounds(1);
  for (const v1::SelectSpec& method : methods) {
    *effect_.spec.mutable_ensemble()->mutable_select() = method;
    const v1::MembersSelected selected = Select();
    std::vector<uint32_t> lost;
    for (const v1::MissingFold& missing : selected.missing()) {
      if (missing.trial() == 2) lost.push_back(missing.fold());
    }
    EXPECT_EQ(lost, std::vector<uint32_t>({0, 1})) << method.DebugString();
    EXPECT_EQ(selected.missing_size(), method.has_all() ? 3 : 2);
  }
}

TEST_F(SelectMembersTest, SelectsGreedilyOnOutOfFoldRows) {
  effect_.spec.mutable_ensemble()->mutable_select()->mutable_greedy()->set_rounds(3);
  // Trial 1 is surer but lacks half of the rows, which then count as guesses.
  const v1::MembersSelected selected = Select();
  EXPECT_EQ(selected.members(0).trial(), 0);
  EXPECT_EQ(selected.members_size(), 3);
}

TEST_F(SelectMembersTest, RefusesASweepWithoutFinishedFolds) {
  effect_.predictions.clear();
  EXPECT_TRUE(absl::IsFailedPrecondition(RunSelectMembers(effect_, *fixture_.store).status()));
}

TEST_F(SelectMembersTest, ReportsAPredictionOfAnotherShape) {
  effect_.spec.mutable_ensemble()->mutable_select()->mutable_greedy()->set_rounds(1);
  effect_.predictions[0].oof = fixture_.Matrix("short", {1, 0});
  EXPECT_TRUE(absl::IsDataLoss(RunSelectMembers(effect_, *fixture_.store).status()));
}

}  // namespace
}  // namespace pleat
