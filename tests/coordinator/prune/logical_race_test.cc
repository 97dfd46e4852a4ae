#include "coordinator/prune/logical_race.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "coordinator/prune/forgiving_rule.h"
#include "coordinator/prune/paired_rule.h"
#include "race_samples.h"

namespace pleat {
namespace {

constexpr uint32_t kLogicalTrials = 12;
constexpr uint32_t kLogicalFolds = 4;
constexpr uint32_t kLogicalEpochs = 10;

using Ends = std::vector<std::tuple<uint32_t, uint32_t, bool, std::string>>;

void Append(const std::vector<RaceEnd>& more, Ends* ends) {
  for (const RaceEnd& end : more) {
    ends->emplace_back(end.trial, end.round, end.is_stopped, end.reason);
  }
}

LogicalRace MakeRace(uint32_t most_ahead = kLogicalEpochs) {
  return LogicalRace({.folds = kLogicalFolds, .epochs = kLogicalEpochs},
                     {.trials = kLogicalTrials, .at_once = 3, .most_ahead = most_ahead},
                     std::make_unique<PairedRule>(0.025));
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
    LogicalRace race = MakeRace();
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

TEST(LogicalRace, GoesOnWithoutFoldsThatFail) {
  const auto curves = MixedCurves();
  LogicalRace race = MakeRace();
  race.Fail(0, 1);
  for (uint32_t trial = 0; trial < kLogicalTrials; ++trial) {
    for (uint32_t fold = 0; fold < kLogicalFolds; ++fold) {
      if (trial == 0 && fold == 1) continue;
      for (uint32_t epoch = 0; epoch < kLogicalEpochs; ++epoch) {
        race.Report(trial, fold, epoch, curves[trial][fold][epoch]);
      }
    }
  }
  race.Advance();
  EXPECT_TRUE(race.is_over());
  EXPECT_TRUE(race.race().trials[0].folds[1].has_failed);
  EXPECT_EQ(race.race().trials[0].phase, RacingTrial::Phase::kEnded);
}

TEST(LogicalRace, IgnoresEpochsThatAreKnown) {
  LogicalRace race({.folds = 1, .epochs = 2}, {}, std::make_unique<ForgivingRule>());
  race.Report(0, 0, 0, 0.5);
  race.Report(0, 0, 0, 0.7);
  race.Report(0, 0, 1, 0.9);
  EXPECT_EQ(race.Advance().size(), 1u);
  EXPECT_EQ(race.race().trials[0].folds[0].scores, (std::vector<double>{0.5, 0.9}));
}

TEST(LogicalRace, NamesWhatItWaitsForFirstAndWorkAheadThen) {
  LogicalRace race({.folds = 2, .epochs = 3}, {.trials = 4, .at_once = 2, .most_ahead = 1},
                   std::make_unique<ForgivingRule>());
  const auto folds = [&] {
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    for (const FoldToTrain& one : race.FoldsToTrain()) pairs.emplace_back(one.trial, one.fold);
    return pairs;
  };
  using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;
  EXPECT_EQ(folds(), (Pairs{{0, 0}, {1, 0}, {0, 1}, {2, 0}, {3, 0}, {1, 1}}));
  // Trial 1 may be one epoch ahead, trial 0 any number.
  race.Report(1, 0, 0, 0.5);
  race.Report(2, 0, 0, 0.5);
  EXPECT_TRUE(race.Advance().empty());
  EXPECT_EQ(folds(), (Pairs{{0, 0}, {0, 1}, {3, 0}, {1, 1}}));
  race.Report(0, 0, 0, 0.5);
  race.Report(0, 0, 1, 0.5);
  race.Advance();
  EXPECT_EQ(folds(), (Pairs{{0, 0}, {1, 0}, {0, 1}, {3, 0}, {1, 1}}));
}

}  // namespace
}  // namespace pleat
