#include "coordinator/prune/present_race.h"

#include <gtest/gtest.h>

#include <memory>

#include "coordinator/prune/forgiving_rule.h"
#include "coordinator/prune/rule_chain.h"
#include "race_samples.h"

namespace pleat {
namespace {

std::unique_ptr<PresentRace> TwoFoldRace(uint32_t trials, PastDecisions past = {}) {
  auto race = std::make_unique<PresentRace>(Race{.folds = 2, .epochs = 1},
                                            PresentRace::Limits{.trials = trials}, OneRung(1),
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
  const std::vector<RaceEvent> ends = race->Advance();
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].trial, 0u);
  EXPECT_FALSE(ends[0].is_stop());
  EXPECT_EQ(ends[0].folds, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(ends[1].trial, 1u);
  EXPECT_TRUE(ends[1].is_stop());
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
  PastDecisions past;
  past.stopped = {{1, 0}};
  past.changes = {{.left = 2}};
  past.finished = {0};
  const std::unique_ptr<PresentRace> race = TwoFoldRace(4, past);
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{3, 0}, {3, 1}}));
  for (uint32_t fold = 0; fold < 2; ++fold) race->Report(0, fold, 0, 0.9);
  race->Report(1, 0, 0, 0.1);
  EXPECT_TRUE(race->Advance().empty());
  // The finished one is what others are compared with.
  race->Report(3, 0, 0, 0.1);
  EXPECT_EQ(race->Advance().size(), 1u);
}

// Trials of one fold and nine epochs, with rungs at 1, 3 and 9.
std::unique_ptr<PresentRace> HalvedRace(uint32_t trials, PastDecisions past = {}) {
  auto race = std::make_unique<PresentRace>(
      Race{.folds = 1, .epochs = 9}, PresentRace::Limits{.trials = trials},
      Rungs({.eta = 3, .min_epochs = 1}, 9),
      std::make_unique<RuleChain>(std::vector<std::unique_ptr<RacingRule>>()), std::move(past));
  for (uint32_t trial = 0; trial < trials; ++trial) race->AddTrial();
  return race;
}

TEST(PresentRace, PausesAtARungAndGoesOnAsSoonAsItMay) {
  const std::unique_ptr<PresentRace> race = HalvedRace(4);
  race->Report(1, 0, 0, 0.7);
  ASSERT_EQ(race->Advance().size(), 1u);
  race->Report(2, 0, 0, 0.6);
  race->Report(3, 0, 0, 0.1);
  const std::vector<RaceEvent> events = race->Advance();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[2].kind, RaceEvent::Kind::kResumed);
  EXPECT_EQ(events[2].trial, 1u);
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{0, 0}, {1, 0}}));

  // A race that goes on from there pauses nothing anew.
  PastDecisions past;
  past.trials = 4;
  past.paused = {2, 3};
  const std::unique_ptr<PresentRace> again = HalvedRace(4, past);
  for (const auto& [trial, score] : {std::pair{1, 0.7}, {2, 0.6}, {3, 0.1}}) {
    again->Report(trial, 0, 0, score);
  }
  again->Report(1, 0, 1, 0.7);
  EXPECT_TRUE(again->Advance().empty());
  EXPECT_EQ(again->FoldsToTrain(), race->FoldsToTrain());
}

TEST(PresentRace, StopsWhatIsPausedWhenNothingElseIsLeft) {
  const std::unique_ptr<PresentRace> race = HalvedRace(2);
  race->Report(1, 0, 0, 0.1);
  race->Advance();
  for (uint32_t epoch = 0; epoch < 9; ++epoch) race->Report(0, 0, epoch, 0.5);
  const std::vector<RaceEvent> events = race->Advance();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, RaceEvent::Kind::kFinished);
  EXPECT_TRUE(events[1].is_stop());
}

TEST(PresentRace, EndsATrialWhoseFoldsAllFailedBeforeItsLastRung) {
  PresentRace race({.folds = 2, .epochs = 9}, {.trials = 1}, Rungs({.eta = 3, .min_epochs = 1}, 9),
                   std::make_unique<ForgivingRule>());
  race.AddTrial();
  race.Fail(0, 0);
  EXPECT_TRUE(race.Advance().empty());
  race.Fail(0, 1);
  const std::vector<RaceEvent> events = race.Advance();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, RaceEvent::Kind::kFinished);
  EXPECT_TRUE(race.FoldsToTrain().empty());
}

}  // namespace
}  // namespace pleat
