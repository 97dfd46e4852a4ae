#include "coordinator/ensemble/select_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/ensemble/ensemble_fixture.h"

namespace pleat {
namespace {

// Logits that give class 0 of both rows of fold 0, and both of fold 1, a large (right) value.
class SelectMembersTest : public testing::Test {
 protected:
  SelectMembersTest() {
    effect_ = {"s", fixture_.spec, fixture_.train, fixture_.folds, {}, {}, {}, {}};
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

TEST_F(SelectMembersTest, OffersFoldsOfStoppedTrialsToTheGreedySelectionOnly) {
  // A stopped trial is much surer of the fold that it came to than the others.
  effect_.of_stopped.push_back({2, 1, fixture_.Matrix("oof21", {30, 0, 0, 30})});
  std::vector<v1::SelectSpec> methods(3);
  methods[0].mutable_greedy()->set_rounds(5);
  methods[1].mutable_all();
  methods[2].mutable_best()->set_trials(3);
  for (const v1::SelectSpec& method : methods) {
    *effect_.spec.mutable_ensemble()->mutable_select() = method;
    const v1::MembersSelected selected = Select();
    const bool has_stopped = std::ranges::any_of(
        selected.members(), [](const v1::Member& member) { return member.trial() == 2; });
    EXPECT_EQ(has_stopped, method.has_greedy()) << method.ShortDebugString();
  }
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

TEST_F(SelectMembersTest, SelectsGreedilyOnMeansOverRepeats) {
  // Trial 0 is a little right in both repeats, trial 1 as wrong in one as it is right in the other.
  effect_.folds = fixture_.Folds({.repeats = 2, .fold_of_row = {0, 2, 0, 2, 1, 3, 1, 3}});
  effect_.predictions.clear();
  effect_.missing.clear();
  for (uint32_t trial = 0; trial < 2; ++trial) {
    for (uint32_t fold = 0; fold < 4; ++fold) {
      const float odds = trial == 0 ? 1 : fold < 2 ? -9 : 9;
      effect_.predictions.push_back(
          {trial, fold, fixture_.Matrix(absl::StrCat("again", trial, fold), {odds, 0, 0, odds})});
    }
  }
  effect_.spec.mutable_ensemble()->mutable_select()->mutable_greedy()->set_rounds(1);
  const v1::MembersSelected selected = Select();
  ASSERT_EQ(selected.members_size(), 4);
  EXPECT_EQ(selected.members(3).trial(), 0);
  EXPECT_DOUBLE_EQ(selected.members(3).weight(), 0.25);
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
