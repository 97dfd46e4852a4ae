#include "coordinator/prune/present_race.h"

#include <gtest/gtest.h>

#include <memory>

#include "coordinator/prune/forgiving_rule.h"

namespace pleat {
namespace {

std::unique_ptr<PresentRace> TwoFoldRace(uint32_t trials, PastDecisions past = {}) {
  auto race = std::make_unique<PresentRace>(Race{.folds = 2, .epochs = 1},
                                            std::make_unique<ForgivingRule>(), std::move(past));
  for (uint32_t i = 0; i < trials; ++i) race->AddTrial();
  return race;
}

TEST(PresentRace, JudgesAllTrialsWhenAFoldIsOver) {
  const std::unique_ptr<PresentRace> race = TwoFoldRace(2);
  race->Report(1, 0, 0, 0.1);
  // Nothing to compare with yet.
  EXPECT_TRUE(race->Advance().empty());
  race->Report(0, 0, 0, 0.8);
  race->Report(0, 1, 0, 0.9);
  const std::vector<RaceEnd> ends = race->Advance();
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].trial, 0u);
  EXPECT_FALSE(ends[0].is_stopped);
  EXPECT_EQ(ends[0].folds, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(ends[1].trial, 1u);
  EXPECT_TRUE(ends[1].is_stopped);
  EXPECT_EQ(ends[1].folds, (std::vector<uint32_t>{0}));
  EXPECT_FALSE(ends[1].reason.empty());
  EXPECT_TRUE(race->Advance().empty());
  EXPECT_TRUE(race->FoldsToTrain().empty());
}

TEST(PresentRace, NamesTheLowestOpenFoldsFirst) {
  const std::unique_ptr<PresentRace> race = TwoFoldRace(2);
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{0, 0}, {1, 0}, {0, 1}, {1, 1}}));
  race->Report(0, 0, 0, 0.8);
  race->Fail(1, 0);
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{0, 1}, {1, 1}}));
  race->Leave(1);
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{0, 1}}));
}

TEST(PresentRace, IgnoresEpochsThatAreKnown) {
  const std::unique_ptr<PresentRace> race = TwoFoldRace(1);
  race->Report(0, 0, 0, 0.5);
  race->Report(0, 0, 0, 0.7);
  EXPECT_EQ(race->race().trials[0].folds[0].scores, (std::vector<double>{0.5}));
}

TEST(PresentRace, GoesOnFromWhatWasDecided) {
  const std::unique_ptr<PresentRace> race =
      TwoFoldRace(4, {.rounds = 0, .stopped = {{1, 0}}, .left = {{2, 0}}, .finished = {0}});
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{3, 0}, {3, 1}}));
  for (uint32_t fold = 0; fold < 2; ++fold) race->Report(0, fold, 0, 0.9);
  race->Report(1, 0, 0, 0.1);
  EXPECT_TRUE(race->Advance().empty());
  // The finished one is what others are compared with.
  race->Report(3, 0, 0, 0.1);
  EXPECT_EQ(race->Advance().size(), 1u);
}

}  // namespace
}  // namespace pleat
