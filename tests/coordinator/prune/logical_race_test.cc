#include "coordinator/prune/logical_race.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "coordinator/prune/forgiving_rule.h"
#include "coordinator/prune/paired_rule.h"
#include "coordinator/prune/rule_chain.h"
#include "race_samples.h"

namespace pleat {
namespace {

constexpr uint32_t kLogicalTrials = 12;
constexpr uint32_t kLogicalFolds = 4;
constexpr uint32_t kLogicalEpochs = 10;

using Ends = std::vector<std::tuple<uint32_t, uint32_t, bool, std::string>>;

void Append(const std::vector<RaceEvent>& more, Ends* ends) {
  for (const RaceEvent& end : more) {
    ends->emplace_back(end.trial, end.round, end.is_stop(), end.reason);
  }
}

// With all trials known.
std::unique_ptr<LogicalRace> MakeRace(PastDecisions past = {}) {
  auto race = std::make_unique<LogicalRace>(
      Race{.folds = kLogicalFolds, .epochs = kLogicalEpochs},
      LogicalRace::Limits{.trials = kLogicalTrials, .at_once = 3, .most_ahead = kLogicalEpochs},
      OneRung(kLogicalEpochs), std::make_unique<PairedRule>(0.025), std::move(past));
  for (uint32_t trial = 0; trial < kLogicalTrials; ++trial) race->AddTrial();
  return race;
}

// Trials that differ, in an order of no meaning.
std::vector<std::vector<std::vector<double>>> MixedCurves() {
  auto curves = SampleCurves(11, kLogicalTrials, kLogicalFolds, kLogicalEpochs, 0.01, 0.003);
  std::swap(curves[0], curves[6]);
  std::swap(curves[2], curves[9]);
  std::swap(curves[5], curves[11]);
  return curves;
}

TEST(LogicalRace, DecidesAlikeInWhateverOrderResultsCome) {
  const auto curves = MixedCurves();
  Ends expected;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::unique_ptr<LogicalRace> made = MakeRace();
    LogicalRace& race = *made;
    std::vector<std::pair<uint32_t, uint32_t>> open;
    for (uint32_t trial = 0; trial < kLogicalTrials; ++trial) {
      for (uint32_t fold = 0; fold < kLogicalFolds; ++fold) open.emplace_back(trial, fold);
    }
    std::vector<uint32_t> done(kLogicalTrials * kLogicalFolds);
    RandomStream random(seed, RandomPurpose::kSearch);
    Ends ends;
    while (!open.empty()) {
      const size_t at = random.NextBelow(open.size());
      const auto [trial, fold] = open[at];
      const uint32_t epoch = done[trial * kLogicalFolds + fold]++;
      race.Report(trial, fold, epoch, curves[trial][fold][epoch]);
      if (epoch + 1 == kLogicalEpochs) open.erase(open.begin() + static_cast<ptrdiff_t>(at));
      if (random.NextBelow(3) == 0) Append(race.Advance(), &ends);
    }
    Append(race.Advance(), &ends);
    EXPECT_TRUE(race.is_over());
    if (seed == 0) expected = ends;
    EXPECT_EQ(ends, expected) << seed;
  }
  EXPECT_EQ(expected.size(), kLogicalTrials);
  EXPECT_TRUE(std::ranges::any_of(expected, [](const auto& end) { return std::get<2>(end); }));
  EXPECT_TRUE(std::ranges::any_of(expected, [](const auto& end) { return !std::get<2>(end); }));
}

using Curves = std::vector<std::vector<std::vector<double>>>;

void ReportFold(LogicalRace& race, const Curves& curves, uint32_t trial, uint32_t fold) {
  for (uint32_t epoch = 0; epoch < kLogicalEpochs; ++epoch) {
    race.Report(trial, fold, epoch, curves[trial][fold][epoch]);
  }
}

void ReportAll(LogicalRace& race, const Curves& curves,
               FoldToTrain but = {kLogicalTrials, kLogicalFolds}) {
  for (uint32_t trial = 0; trial < kLogicalTrials; ++trial) {
    for (uint32_t fold = 0; fold < kLogicalFolds; ++fold) {
      if (FoldToTrain{trial, fold} != but) ReportFold(race, curves, trial, fold);
    }
  }
}

TEST(LogicalRace, GoesOnWithoutFoldsThatFail) {
  const std::unique_ptr<LogicalRace> race = MakeRace();
  race->Fail(0, 1);
  ReportAll(*race, MixedCurves(), {0, 1});
  const std::vector<RaceEvent> ends = race->Advance();
  EXPECT_TRUE(race->is_over());
  EXPECT_TRUE(race->race().trials[0].folds[1].has_failed);
  EXPECT_EQ(race->race().trials[0].phase, RacingTrial::Phase::kEnded);
  const auto first = std::ranges::find(ends, 0u, &RaceEvent::trial);
  EXPECT_EQ(first->folds, (std::vector<uint32_t>{0, 2, 3}));
}

TEST(LogicalRace, TellsWhichFoldsAStoppedTrialHadFinished) {
  const std::unique_ptr<LogicalRace> race = MakeRace();
  ReportAll(*race, MixedCurves());
  bool some_without = false;
  for (const RaceEvent& end : race->Advance()) {
    some_without = some_without || end.folds.size() < kLogicalFolds;
    EXPECT_EQ(end.folds.size() == kLogicalFolds, !end.is_stop());
    EXPECT_EQ(end.folds, FinishedFolds(race->race(), end.trial));
  }
  EXPECT_TRUE(some_without);
}

TEST(LogicalRace, WaitsForATrialThatIsNotKnownYet) {
  LogicalRace race({.folds = 1, .epochs = 2}, {.trials = 2}, OneRung(2),
                   std::make_unique<ForgivingRule>());
  EXPECT_TRUE(race.FoldsToTrain().empty());
  EXPECT_TRUE(race.Advance().empty());
  race.AddTrial();
  EXPECT_EQ(race.FoldsToTrain(), (std::vector<FoldToTrain>{{0, 0}}));
  race.Report(0, 0, 0, 0.5);
  race.Report(0, 0, 1, 0.5);
  EXPECT_EQ(race.Advance().size(), 1u);
  EXPECT_FALSE(race.is_over());
  race.AddTrial();
  EXPECT_EQ(race.FoldsToTrain(), (std::vector<FoldToTrain>{{1, 0}}));
}

// Splits the decisions of a race at a round: those of it and before as the past.
PastDecisions PastOf(const std::vector<RaceEvent>& ends, uint32_t last) {
  PastDecisions past;
  past.rounds = last + 1;
  for (const RaceEvent& end : ends) {
    if (end.round > last) continue;
    if (end.is_stop()) past.stopped[end.trial] = end.round;
    if (!end.is_stop()) past.finished.insert(end.trial);
  }
  return past;
}

TEST(LogicalRace, GoesOnFromWhereverItWasLeft) {
  const Curves curves = MixedCurves();
  const std::unique_ptr<LogicalRace> whole = MakeRace();
  ReportAll(*whole, curves);
  const std::vector<RaceEvent> ends = whole->Advance();
  for (const RaceEvent& at : ends) {
    const std::unique_ptr<LogicalRace> rest = MakeRace(PastOf(ends, at.round));
    ReportAll(*rest, curves);
    Ends expected, found;
    for (const RaceEvent& end : ends) {
      if (end.round > at.round) Append({end}, &expected);
    }
    Append(rest->Advance(), &found);
    EXPECT_EQ(found, expected) << at.round;
  }
}

TEST(LogicalRace, FollowsWhatWasDecidedThoughItsRuleWouldNot) {
  PastDecisions past;
  past.rounds = 3;
  past.stopped = {{1, 2}};
  const std::unique_ptr<LogicalRace> race = MakeRace(past);
  ReportAll(*race, MixedCurves());
  for (const RaceEvent& end : race->Advance()) EXPECT_NE(end.trial, 1u);
  EXPECT_EQ(race->race().trials[1].phase, RacingTrial::Phase::kStopped);
  EXPECT_EQ(race->race().trials[1].folds[0].scores.size(), 3u);
}

TEST(LogicalRace, LetsTrialsLeaveAndRemembersWhen) {
  const Curves curves = MixedCurves();
  const std::unique_ptr<LogicalRace> race = MakeRace();
  for (uint32_t trial = 0; trial < 3; ++trial) ReportFold(*race, curves, trial, 0);
  const std::vector<RaceEvent> before = race->Advance();
  ASSERT_GT(race->round(), 0u);
  PastDecisions past = PastOf(before, race->round() - 1);
  past.changes = {{.round = race->round(), .left = 2}, {.round = race->round(), .left = 7}};
  // One in flight, and one that has not come yet.
  race->Leave(2);
  race->Leave(7);
  EXPECT_EQ(race->race().trials[2].phase, RacingTrial::Phase::kStopped);
  ReportAll(*race, curves);
  Ends after, again;
  Append(race->Advance(), &after);
  EXPECT_TRUE(race->is_over());
  EXPECT_TRUE(std::ranges::none_of(
      after, [](const auto& end) { return std::get<0>(end) == 2 || std::get<0>(end) == 7; }));

  const std::unique_ptr<LogicalRace> restarted = MakeRace(past);
  ReportAll(*restarted, curves);
  Append(restarted->Advance(), &again);
  EXPECT_EQ(again, after);
}

TEST(LogicalRace, IgnoresEpochsThatAreKnown) {
  LogicalRace race({.folds = 1, .epochs = 2}, {}, OneRung(2), std::make_unique<ForgivingRule>());
  race.AddTrial();
  race.Report(0, 0, 0, 0.5);
  race.Report(0, 0, 0, 0.7);
  race.Report(0, 0, 1, 0.9);
  EXPECT_EQ(race.Advance().size(), 1u);
  EXPECT_EQ(race.race().trials[0].folds[0].scores, (std::vector<double>{0.5, 0.9}));
}

TEST(LogicalRace, NamesWhatItWaitsForFirstAndWorkAheadThen) {
  LogicalRace race({.folds = 3, .epochs = 3}, {.trials = 4, .at_once = 2, .most_ahead = 1},
                   OneRung(3), std::make_unique<ForgivingRule>());
  for (int i = 0; i < 4; ++i) race.AddTrial();
  const auto folds = [&] {
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    for (const FoldToTrain& one : race.FoldsToTrain()) pairs.emplace_back(one.trial, one.fold);
    return pairs;
  };
  using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;
  EXPECT_EQ(folds(), (Pairs{{0, 0}, {1, 0}, {0, 1}, {0, 2}, {2, 0}, {3, 0}}));
  // Trial 1 may be one epoch ahead, trial 0 any number.
  race.Report(1, 0, 0, 0.5);
  race.Report(2, 0, 0, 0.5);
  EXPECT_TRUE(race.Advance().empty());
  EXPECT_EQ(folds(), (Pairs{{0, 0}, {0, 1}, {0, 2}, {3, 0}}));
  race.Report(0, 0, 0, 0.5);
  race.Report(0, 0, 1, 0.5);
  race.Advance();
  EXPECT_EQ(folds(), (Pairs{{0, 0}, {1, 0}, {0, 1}, {0, 2}, {3, 0}}));
  // A trial with a fold behind it is likelier to need the others.
  race.Report(0, 0, 2, 0.5);
  for (uint32_t epoch : {1, 2}) race.Report(1, 0, epoch, 0.5);
  race.Advance();
  EXPECT_EQ(folds(), (Pairs{{0, 1}, {1, 1}, {0, 2}, {3, 0}, {1, 2}}));
}

// Trials of one fold and nine epochs that only successive halving judges: rungs at 1, 3 and 9.
std::unique_ptr<LogicalRace> HalvingRace(uint32_t trials, uint32_t at_once,
                                         PastDecisions past = {}) {
  auto race = std::make_unique<LogicalRace>(
      Race{.folds = 1, .epochs = 9},
      LogicalRace::Limits{.trials = trials, .at_once = at_once, .most_ahead = 9},
      Rungs({.eta = 3, .min_epochs = 1}, 9),
      std::make_unique<RuleChain>(std::vector<std::unique_ptr<RacingRule>>()), std::move(past));
  for (uint32_t trial = 0; trial < trials; ++trial) race->AddTrial();
  return race;
}

// What happened, as "stopped 3".
std::vector<std::string> Words(const std::vector<RaceEvent>& events) {
  std::vector<std::string> words;
  for (const RaceEvent& event : events) {
    const char* kinds[] = {"finished ", "stopped ", "paused ", "resumed "};
    words.push_back(absl::StrCat(kinds[static_cast<int>(event.kind)], event.trial));
  }
  return words;
}

TEST(LogicalRace, PausesAtARungAndGoesOnWithTheBestOfThoseThatCame) {
  const std::unique_ptr<LogicalRace> race = HalvingRace(4, 1);
  const auto report = [&](uint32_t trial, uint32_t from, uint32_t to, double score) {
    for (uint32_t epoch = from; epoch < to; ++epoch) race->Report(trial, 0, epoch, score);
  };
  // Trial 0 always finishes.
  report(0, 0, 9, 0.5);
  EXPECT_EQ(Words(race->Advance()), (std::vector<std::string>{"finished 0"}));
  // Of two that came, none is among the best 2 / 3.
  report(1, 0, 1, 0.7);
  std::vector<RaceEvent> events = race->Advance();
  EXPECT_EQ(Words(events), (std::vector<std::string>{"paused 1"}));
  EXPECT_EQ(events[0].reason,
            "0.7 after 1 epoch is not among the best 0 of the 2 trials that came so far (asha, eta "
            "3)");
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{2, 0}, {3, 0}}));
  // Of three one may go on: trial 1, once its place is free.
  report(2, 0, 1, 0.6);
  EXPECT_EQ(Words(race->Advance()), (std::vector<std::string>{"paused 2", "resumed 1"}));
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{1, 0}, {3, 0}}));
  // Of two at the second rung none; the last one is no better at the first.
  report(1, 1, 3, 0.8);
  EXPECT_EQ(Words(race->Advance()), (std::vector<std::string>{"paused 1"}));
  report(3, 0, 1, 0.1);
  EXPECT_EQ(Words(race->Advance()),
            (std::vector<std::string>{"paused 3", "stopped 1", "stopped 2", "stopped 3"}));
  EXPECT_TRUE(race->is_over());
}

TEST(LogicalRace, PausesAlikeAfterARestart) {
  const auto report_all = [](LogicalRace& race) {
    for (uint32_t trial = 0; trial < 30; ++trial) {
      for (uint32_t epoch = 0; epoch < 9; ++epoch) {
        race.Report(trial, 0, epoch, ((trial * 7) % 30) + 0.1 * epoch);
      }
    }
  };
  const std::unique_ptr<LogicalRace> whole = HalvingRace(30, 4);
  report_all(*whole);
  const std::vector<RaceEvent> events = whole->Advance();
  EXPECT_GT(std::ranges::count(events, RaceEvent::Kind::kResumed, &RaceEvent::kind), 0);
  for (const RaceEvent& at : events) {
    const std::unique_ptr<LogicalRace> rest = HalvingRace(30, 4, PastOf(events, at.round));
    report_all(*rest);
    std::vector<RaceEvent> expected;
    std::ranges::copy_if(events, std::back_inserter(expected),
                         [&](const RaceEvent& event) { return event.round > at.round; });
    EXPECT_EQ(Words(rest->Advance()), Words(expected)) << at.round;
  }
}

TEST(LogicalRace, LetsAPausedTrialLeave) {
  const std::unique_ptr<LogicalRace> race = HalvingRace(3, 1);
  for (uint32_t epoch = 0; epoch < 9; ++epoch) race->Report(0, 0, epoch, 0.5);
  race->Report(1, 0, 0, 0.9);
  EXPECT_EQ(Words(race->Advance()), (std::vector<std::string>{"finished 0", "paused 1"}));
  race->Leave(1);
  race->Report(2, 0, 0, 0.1);
  EXPECT_EQ(Words(race->Advance()), (std::vector<std::string>{"paused 2", "stopped 2"}));
}

TEST(LogicalRace, EndsATrialWhoseFoldsAllFailedBeforeItsLastRung) {
  const std::unique_ptr<LogicalRace> race = HalvingRace(2, 1);
  race->Report(0, 0, 0, 0.5);
  race->Fail(0, 0);
  EXPECT_EQ(Words(race->Advance()), (std::vector<std::string>{"finished 0"}));
  EXPECT_EQ(race->FoldsToTrain(), (std::vector<FoldToTrain>{{1, 0}}));
}

}  // namespace
}  // namespace pleat
