// Races in which trials wait after each fold.
#include "coordinator/prune/breadth_first.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/prune/logical_race.h"
#include "coordinator/prune/paired_rule.h"
#include "coordinator/prune/present_race.h"
#include "coordinator/prune/rule_chain.h"
#include "race_samples.h"

namespace pleat {
namespace {

using Lines = std::vector<std::string>;

std::unique_ptr<RacingRule> NoRule() {
  return std::make_unique<RuleChain>(std::vector<std::unique_ptr<RacingRule>>());
}

std::unique_ptr<FoldRace> InOrder(const Race& shape, uint32_t trials, uint32_t at_once,
                                  std::unique_ptr<RacingRule> rule, PastDecisions past = {}) {
  const LogicalRace::Limits limits = {
      .trials = trials, .at_once = at_once, .most_ahead = shape.epochs, .is_breadth_first = true};
  auto race = std::make_unique<LogicalRace>(shape, limits, OneRung(shape.epochs), std::move(rule),
                                            std::move(past));
  for (uint32_t trial = 0; trial < trials; ++trial) race->AddTrial();
  return race;
}

std::unique_ptr<FoldRace> AtTheMoment(uint32_t trials, PastDecisions past = {}) {
  const PresentRace::Limits limits = {.trials = trials, .is_breadth_first = true};
  auto race = std::make_unique<PresentRace>(Race{.folds = 3, .epochs = 1}, limits, OneRung(1),
                                            NoRule(), std::move(past));
  for (uint32_t trial = 0; trial < trials; ++trial) race->AddTrial();
  return race;
}

// What happens next, as "stopped 3".
Lines Next(FoldRace& race) {
  Lines lines;
  for (const RaceEvent& event : race.Advance()) {
    const char* kinds[] = {"finished ", "stopped ", "paused ", "resumed "};
    lines.push_back(absl::StrCat(kinds[static_cast<int>(event.kind)], event.trial));
  }
  return lines;
}

TEST(BreadthFirst, RanksTrialsByWhatTheyLackToTheBestScoreOfEachOfTheirFolds) {
  // Trial 0 lags by 0.3 and 0, trial 1 by 0 and 0.4, trial 2 by 0.1 on the hard fold.
  const Race race = RaceOfFinals({{0.6, 0.9}, {0.9, 0.5}, {0.8}, {}}, 2);
  EXPECT_EQ(ByLag(race, {0, 1, 2, 3}), (std::vector<uint32_t>{2, 0, 1, 3}));
  EXPECT_EQ(ByLag(race, {2, 0}), (std::vector<uint32_t>{2, 0}));
  EXPECT_TRUE(ByLag(race, {}).empty());
}

TEST(BreadthFirst, EachTrialWaitsAfterAFoldAndTheLeadingOneGoesOn) {
  const auto race = InOrder({.folds = 3, .epochs = 1}, 3, 1, NoRule());
  for (uint32_t fold = 0; fold < 3; ++fold) race->Report(0, fold, 0, 0.5);
  race->Report(1, 0, 0, 0.6);
  EXPECT_EQ(Next(*race), (Lines{"finished 0", "paused 1"}));
  EXPECT_EQ(race->race().trials[1].phase, RacingTrial::Phase::kWaiting);
  // Those that have not begun come first; what waits is trained ahead.
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{2, 0}, {1, 1}}));
  race->Report(2, 0, 0, 0.7);
  EXPECT_EQ(Next(*race), Lines{}) << "it leads, and goes on at once";
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{2, 1}, {2, 2}, {1, 1}}));
  // Behind trial 0 by 0.2 on this fold: on average it is no longer nearer than trial 1.
  race->Report(2, 1, 0, 0.3);
  EXPECT_EQ(Next(*race), (Lines{"paused 2", "resumed 1"}));
  race->Report(1, 1, 0, 0.6);
  EXPECT_EQ(Next(*race), Lines{});
  race->Report(1, 2, 0, 0.6);
  EXPECT_EQ(Next(*race), (Lines{"finished 1", "resumed 2"}));
  race->Report(2, 2, 0, 0.6);
  EXPECT_EQ(Next(*race), (Lines{"finished 2"}));
  EXPECT_TRUE(race->FoldsToTrain().empty());
}

constexpr uint32_t kManyTrials = 16;
constexpr Race kShape = {.folds = 4, .epochs = 10};

// Trials that differ, the best ones in the midst. What was decided on the way.
std::vector<RaceEvent> ReportAll(FoldRace& race, uint64_t seed = 0) {
  std::vector<RaceEvent> events;
  const auto curves = SampleCurves(3, kManyTrials, kShape.folds, kShape.epochs, 0.01, 0.01);
  std::vector<FoldToTrain> order;
  for (uint32_t trial = 0; trial < kManyTrials; ++trial) {
    for (uint32_t fold = 0; fold < kShape.folds; ++fold) order.push_back({trial, fold});
  }
  RandomStream random(seed, RandomPurpose::kSearch);
  for (size_t i = order.size(); seed > 0 && i > 1; --i) {
    std::swap(order[i - 1], order[random.NextBelow(i)]);
  }
  for (const FoldToTrain& one : order) {
    for (uint32_t epoch = 0; epoch < kShape.epochs; ++epoch) {
      race.Report(one.trial, one.fold, epoch, curves[one.trial * 7 % kManyTrials][one.fold][epoch]);
    }
    if (seed > 0) std::ranges::copy(race.Advance(), std::back_inserter(events));
  }
  std::ranges::copy(race.Advance(), std::back_inserter(events));
  return events;
}

auto AsTuple(const RaceEvent& event) {
  return std::tuple(event.kind, event.trial, event.round, event.reason, event.folds, event.epochs);
}

std::unique_ptr<FoldRace> ManyTrials(PastDecisions past = {}) {
  return InOrder(kShape, kManyTrials, 3, std::make_unique<PairedRule>(0.1), std::move(past));
}

TEST(BreadthFirst, DecidesAlikeInWhateverOrderResultsCome) {
  const std::vector<RaceEvent> expected = ReportAll(*ManyTrials());
  EXPECT_TRUE(std::ranges::any_of(expected, [](const RaceEvent& event) {
    return event.kind == RaceEvent::Kind::kResumed && event.trial == 9;
  })) << "trial 9 is the best";
  for (uint64_t seed = 1; seed < 10; ++seed) {
    const std::vector<RaceEvent> found = ReportAll(*ManyTrials(), seed);
    EXPECT_TRUE(std::ranges::equal(found, expected, {}, AsTuple, AsTuple)) << seed;
  }
}

TEST(BreadthFirst, GoesOnFromWhereverItWasLeft) {
  const std::vector<RaceEvent> events = ReportAll(*ManyTrials());
  for (const RaceEvent& at : events) {
    PastDecisions past = {.rounds = at.round + 1};
    std::vector<RaceEvent> rest;
    for (const RaceEvent& event : events) {
      if (event.round > at.round) rest.push_back(event);
      if (event.round <= at.round && event.is_stop()) past.stopped[event.trial] = event.round;
    }
    const std::vector<RaceEvent> found = ReportAll(*ManyTrials(past));
    EXPECT_TRUE(std::ranges::equal(found, rest, {}, AsTuple, AsTuple)) << at.round;
  }
}

TEST(BreadthFirst, AStopNeedsNoFurtherFoldOfTheTrialThatWaits) {
  bool stopped_while_it_waited = false;
  std::vector<uint32_t> waiting;
  for (const RaceEvent& event : ReportAll(*ManyTrials())) {
    if (event.kind == RaceEvent::Kind::kPaused) waiting.push_back(event.trial);
    if (event.kind == RaceEvent::Kind::kResumed) std::erase(waiting, event.trial);
    if (event.is_stop() && std::ranges::count(waiting, event.trial) > 0) {
      stopped_while_it_waited = true;
      EXPECT_EQ(event.epochs, event.folds.size() * kShape.epochs);
    }
  }
  EXPECT_TRUE(stopped_while_it_waited);
}

TEST(BreadthFirst, ATrialThatWaitsMayLeave) {
  const auto race = InOrder({.folds = 2, .epochs = 1}, 3, 1, NoRule());
  for (uint32_t fold = 0; fold < 2; ++fold) race->Report(0, fold, 0, 0.5);
  race->Report(1, 0, 0, 0.9);
  EXPECT_EQ(Next(*race), (Lines{"finished 0", "paused 1"}));
  race->Leave(1);
  race->Report(2, 0, 0, 0.1);
  EXPECT_EQ(Next(*race), Lines{});
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{2, 1}}));
}

TEST(BreadthFirst, AfterARestartSomebodyTakesThePlaceOfATrialThatLeaves) {
  const Race shape = {.folds = 3, .epochs = 1};
  const auto report = [](FoldRace& race) {
    for (uint32_t fold = 0; fold < 3; ++fold) race.Report(0, fold, 0, 0.5);
    race.Report(1, 0, 0, 0.6);
    race.Report(2, 0, 0, 0.7);
  };
  const auto race = InOrder(shape, 3, 1, NoRule());
  report(*race);
  EXPECT_EQ(Next(*race), (Lines{"finished 0", "paused 1"}));
  const auto again = InOrder(shape, 3, 1, NoRule(), {.rounds = race->round()});
  report(*again);
  EXPECT_EQ(Next(*again), Lines{});
  again->Leave(2);
  EXPECT_EQ(Next(*again), Lines{"resumed 1"});
}

TEST(BreadthFirst, FollowsChangesOfARoundAfterItsPlacesWereGiven) {
  const Race shape = {.folds = 2, .epochs = 1};
  const auto report = [](FoldRace& race) {
    for (uint32_t fold = 0; fold < 2; ++fold) race.Report(0, fold, 0, 0.5);
    race.Report(1, 0, 0, 0.6);
  };
  const auto race = InOrder(shape, 2, 2, NoRule());
  report(*race);
  EXPECT_EQ(Next(*race), (Lines{"paused 1", "finished 0", "resumed 1"}));
  const uint32_t round = race->round();
  // It has a place already when a trial comes that would have been first.
  const RaceSize more = {.trials = 3, .at_once = 2, .is_breadth_first = true};
  race->Resize(more);
  const auto again = InOrder(shape, 2, 2, NoRule(),
                             {.rounds = round, .changes = {{.round = round, .size = more}}});
  report(*again);
  EXPECT_EQ(Next(*again), Lines{});
  for (FoldRace* one : {race.get(), again.get()}) {
    one->AddTrial();
    EXPECT_EQ(one->FoldsToTrain(), (std::vector<FoldToTrain>{{1, 1}, {2, 0}}));
  }
}

TEST(BreadthFirst, WhereItEndsThoseThatWaitComeFirst) {
  const auto race = InOrder({.folds = 2, .epochs = 1}, 8, 2, NoRule());
  for (uint32_t fold = 0; fold < 2; ++fold) race->Report(0, fold, 0, 0.5);
  for (uint32_t trial = 1; trial < 4; ++trial) race->Report(trial, 0, 0, 0.1 * trial);
  EXPECT_EQ(Next(*race), (Lines{"paused 1", "finished 0", "paused 2"}));
  race->Resize({.trials = 8, .at_once = 2, .is_breadth_first = false});
  race->Report(3, 1, 0, 0.3);
  for (uint32_t fold = 0; fold < 2; ++fold) race->Report(4, fold, 0, 0.1);
  EXPECT_EQ(Next(*race), (Lines{"finished 3", "finished 4", "resumed 2", "resumed 1"}));
  EXPECT_EQ(race->race().trials.size(), 5u);
  EXPECT_EQ(race->FoldsToTrain()[0], (FoldToTrain{1, 1}));
  EXPECT_EQ(race->FoldsToTrain()[1], (FoldToTrain{2, 1}));
}

TEST(BreadthFirst, AtTheMomentNobodyWaitsWhereItEnds) {
  const auto race = AtTheMoment(4);
  for (uint32_t fold = 0; fold < 3; ++fold) race->Report(0, fold, 0, 0.5);
  for (const uint32_t trial : {1, 2}) race->Report(trial, 0, 0, 0.1 * trial);
  EXPECT_EQ(Next(*race), (Lines{"finished 0", "paused 1", "paused 2"}));
  race->Resize({.trials = 4, .is_breadth_first = false});
  EXPECT_EQ(Next(*race), (Lines{"resumed 2", "resumed 1"}));
}

TEST(BreadthFirst, FoldsThatFailKeepATrialInItsTurn) {
  const auto race = InOrder({.folds = 2, .epochs = 1}, 3, 1, NoRule());
  race->Report(0, 0, 0, 0.5);
  race->Fail(0, 1);
  race->Report(1, 0, 0, 0.1);
  race->Report(2, 0, 0, 0.2);
  EXPECT_EQ(Next(*race), (Lines{"finished 0", "paused 1"}));
  race->Fail(2, 1);
  EXPECT_EQ(Next(*race), (Lines{"finished 2", "resumed 1"}));
}

TEST(BreadthFirst, OnlySoManyWait) {
  const auto race = InOrder({.folds = 2, .epochs = 1}, 100, 1, NoRule());
  for (uint32_t trial = 0; trial < 100; ++trial) race->Report(trial, 0, 0, 0.5);
  race->Report(0, 1, 0, 0.5);
  race->Advance();
  const auto waiting =
      std::ranges::count(race->race().trials, RacingTrial::Phase::kWaiting, &RacingTrial::phase);
  EXPECT_EQ(waiting, 63);
  EXPECT_EQ(race->race().trials.size(), 65u);
  EXPECT_EQ(race->FoldsToTrain().front(), (FoldToTrain{1, 1}));
  // One that ends makes room.
  race->Report(1, 1, 0, 0.5);
  race->Advance();
  EXPECT_EQ(race->race().trials.size(), 66u);
}

TEST(BreadthFirst, WhoGoesOnMakesRoomForTheNext) {
  const auto race = InOrder({.folds = 2, .epochs = 1}, 100, 8, NoRule());
  for (uint32_t trial = 0; trial < 100; ++trial) race->Report(trial, 0, 0, 0.5);
  race->Report(0, 1, 0, 0.5);
  race->Advance();
  const auto waiting =
      std::ranges::count(race->race().trials, RacingTrial::Phase::kWaiting, &RacingTrial::phase);
  EXPECT_LT(waiting, 64 + 8);
  EXPECT_LT(race->race().trials.size(), 64u + 2 * 8);
  EXPECT_EQ(race->FoldsToTrain().front(), (FoldToTrain{1, 1}));
}

TEST(BreadthFirst, AtTheMomentAtMostSoManyWait) {
  const auto race = AtTheMoment(100);
  for (uint32_t fold = 0; fold < 3; ++fold) race->Report(0, fold, 0, 0.5);
  for (uint32_t trial = 1; trial < 70; ++trial) race->Report(trial, 0, 0, 0.4);
  race->Advance();
  for (uint32_t trial = 1; trial < 70; ++trial) {
    EXPECT_EQ(race->race().trials[trial].phase,
              trial <= 64 ? RacingTrial::Phase::kWaiting : RacingTrial::Phase::kRunning);
  }
}

TEST(BreadthFirst, AtTheMomentATrialThatWaitsDoesSoAfterARestart) {
  PastDecisions past;
  past.trials = 2;
  past.finished = {0};
  past.paused = {1};
  const auto race = AtTheMoment(3, past);
  // Its other folds were trained meanwhile.
  for (uint32_t trial = 0; trial < 2; ++trial) {
    for (uint32_t fold = 0; fold < 3; ++fold) race->Report(trial, fold, 0, 0.5);
  }
  EXPECT_EQ(Next(*race), Lines{});
  race->Leave(2);
  EXPECT_EQ(Next(*race), (Lines{"resumed 1", "finished 1"}));
}

TEST(BreadthFirst, AtTheMomentTrialsWaitTooAndEndByWhatWasTrainedAhead) {
  const auto race = AtTheMoment(3);
  for (uint32_t fold = 0; fold < 3; ++fold) race->Report(0, fold, 0, 0.5);
  race->Report(1, 0, 0, 0.4);
  EXPECT_EQ(Next(*race), (Lines{"finished 0", "paused 1"}));
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{2, 0}, {1, 1}}));
  // Ahead of its turn.
  race->Report(1, 1, 0, 0.4);
  race->Report(1, 2, 0, 0.4);
  EXPECT_EQ(Next(*race), Lines{});
  race->Report(2, 0, 0, 0.3);
  EXPECT_EQ(Next(*race), (Lines{"resumed 1", "finished 1"}));
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{2, 1}, {2, 2}}));
}

TEST(BreadthFirst, AtTheMomentATrialThatHasGoneOnDoesSoAfterARestart) {
  PastDecisions past;
  past.trials = 3;
  past.finished = {0};
  past.paused = {2};
  const auto race = AtTheMoment(3, past);
  for (uint32_t fold = 0; fold < 3; ++fold) race->Report(0, fold, 0, 0.5);
  for (uint32_t fold = 0; fold < 2; ++fold) race->Report(1, fold, 0, 0.1);
  race->Report(2, 0, 0, 0.4);
  EXPECT_EQ(Next(*race), Lines{});
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{1, 2}, {2, 1}}));
  race->Report(1, 2, 0, 0.1);
  EXPECT_EQ(Next(*race), (Lines{"finished 1", "resumed 2"}));
}

TEST(BreadthFirst, AtTheMomentARestartTellsNothingTwice) {
  PastDecisions past;
  past.trials = 2;
  past.finished = {0};
  past.paused = {1};
  const auto race = AtTheMoment(3, past);
  for (uint32_t fold = 0; fold < 3; ++fold) race->Report(0, fold, 0, 0.5);
  race->Report(1, 0, 0, 0.4);
  EXPECT_EQ(Next(*race), Lines{});
  EXPECT_EQ(race->FoldsToTrain().front(), (FoldToTrain{2, 0}));
}

}  // namespace
}  // namespace pleat
