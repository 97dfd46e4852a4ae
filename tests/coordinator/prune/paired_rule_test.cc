#include "coordinator/prune/paired_rule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "race_samples.h"

namespace pleat {
namespace {

constexpr double kRate = 0.025;
constexpr uint32_t kPairedFolds = 8;
constexpr uint32_t kPairedEpochs = 12;

using Curves = std::vector<std::vector<std::vector<double>>>;

// Trials one after another, each fold by fold, an epoch at a time. Where each stopped, in epochs of
// all its folds; nothing if it ended.
struct Sequel {
  Race race;
  std::vector<std::optional<uint32_t>> stopped_after;
  std::vector<std::string> reasons;
};

Sequel RunOneByOne(const Curves& curves, RacingRule& rule) {
  const auto epochs = static_cast<uint32_t>(curves[0][0].size());
  Sequel sequel = {.race = {.folds = static_cast<uint32_t>(curves[0].size()), .epochs = epochs},
                   .stopped_after = {},
                   .reasons = {}};
  for (uint32_t trial = 0; trial < curves.size(); ++trial) {
    sequel.race.AddTrial();
    sequel.stopped_after.emplace_back();
    sequel.reasons.emplace_back();
    RacingTrial& racing = sequel.race.trials.back();
    for (uint32_t i = 0; i < sequel.race.folds * epochs; ++i) {
      const uint32_t fold = i / epochs;
      racing.folds[fold].scores.push_back(curves[trial][fold][i % epochs]);
      RaceDecision decision = rule.Decide(sequel.race, trial);
      if (!decision.stop) continue;
      racing.phase = RacingTrial::Phase::kStopped;
      sequel.stopped_after.back() = i + 1;
      sequel.reasons.back() = std::move(decision.reason);
      break;
    }
    if (!sequel.stopped_after.back().has_value()) racing.phase = RacingTrial::Phase::kEnded;
  }
  return sequel;
}

double MeanEnd(const std::vector<std::vector<double>>& folds) {
  double sum = 0;
  for (const std::vector<double>& fold : folds) sum += fold.back();
  return sum / static_cast<double>(folds.size());
}

TEST(PairedRule, FinishesTheFirstTrialAndStopsMuchWorseOnesWithinAFold) {
  Curves curves = SampleCurves(1, 3, kPairedFolds, kPairedEpochs, -0.2, 0.003);
  PairedRule rule(kRate);
  const Sequel sequel = RunOneByOne(curves, rule);
  EXPECT_FALSE(sequel.stopped_after[0].has_value());
  for (const uint32_t trial : {1u, 2u}) {
    ASSERT_TRUE(sequel.stopped_after[trial].has_value());
    EXPECT_LT(*sequel.stopped_after[trial], kPairedEpochs);
    EXPECT_NE(sequel.reasons[trial].find("fold 0 would end at 0."), std::string::npos);
    EXPECT_NE(sequel.reasons[trial].find(", trial 0 has 0."), std::string::npos);
  }
}

TEST(PairedRule, FinishesTrialsThatAreBetter) {
  PairedRule rule(kRate);
  const Sequel sequel =
      RunOneByOne(SampleCurves(2, 4, kPairedFolds, kPairedEpochs, 0.02, 0.003), rule);
  for (const auto& stopped : sequel.stopped_after) EXPECT_FALSE(stopped.has_value());
}

TEST(PairedRule, TellsByFoldsWhatOneFoldCannot) {
  // Worse by two standard deviations of a fold's noise.
  Curves curves = SampleCurves(3, 8, kPairedFolds, kPairedEpochs, 0, 0.003);
  for (auto& fold : curves.back()) {
    for (double& score : fold) score -= 0.012;
  }
  PairedRule rule(kRate);
  const Sequel sequel = RunOneByOne(curves, rule);
  ASSERT_TRUE(sequel.stopped_after.back().has_value());
  EXPECT_GE(*sequel.stopped_after.back(), kPairedEpochs / 2);
}

// A false stop is of a trial whose complete mean would have beaten all that were before it.
TEST(PairedRule, StopsEqualTrialsFalselyNoMoreOftenThanItStates) {
  const auto false_stops = [](double rate) {
    int stops = 0;
    for (uint64_t seed = 0; seed < 60; ++seed) {
      const Curves curves = SampleCurves(seed, 6, kPairedFolds, kPairedEpochs, 0, 0.004);
      PairedRule rule(rate);
      const Sequel sequel = RunOneByOne(curves, rule);
      for (uint32_t trial = 1; trial < curves.size(); ++trial) {
        double best = MeanEnd(curves[0]);
        for (uint32_t other = 1; other < trial; ++other) {
          if (!sequel.stopped_after[other].has_value()) {
            best = std::max(best, MeanEnd(curves[other]));
          }
        }
        if (sequel.stopped_after[trial].has_value() && MeanEnd(curves[trial]) > best) ++stops;
      }
    }
    return stops / (60.0 * 5);
  };
  EXPECT_LE(false_stops(kRate), kRate);
  // The measure itself finds a rule that stops too much.
  EXPECT_GT(false_stops(0.45), 2 * kRate);
}

TEST(PairedRule, DecidesAlikeWhereLowerIsBetter) {
  Curves curves = SampleCurves(4, 6, kPairedFolds, kPairedEpochs, -0.01, 0.003);
  PairedRule rule(kRate), mirrored_rule(kRate);
  const Sequel sequel = RunOneByOne(curves, rule);
  // Scores are the same; only what people read is turned about.
  Race race = sequel.race;
  race.is_maximized = false;
  const uint32_t last = 5;
  race.trials[last].phase = RacingTrial::Phase::kRunning;
  const RaceDecision decision = mirrored_rule.Decide(race, last);
  ASSERT_TRUE(decision.stop);
  EXPECT_NE(decision.reason.find("would end at -0."), std::string::npos) << decision.reason;
}

TEST(PairedRule, CopesWithFailedFoldsAndMissingScores) {
  Curves curves = SampleCurves(5, 3, kPairedFolds, kPairedEpochs, -0.2, 0.003);
  curves[1][0][1] = std::numeric_limits<double>::quiet_NaN();
  PairedRule rule(kRate);
  Sequel sequel = RunOneByOne(curves, rule);
  EXPECT_TRUE(sequel.stopped_after[1].has_value());
  // The best trial lacks the fold that the other one has: there is nothing to compare.
  Race race = sequel.race;
  race.trials[2] = {.folds = std::vector<FoldCurve>(kPairedFolds)};
  race.trials[2].folds[3].scores = curves[2][3];
  race.trials[0].folds[3].has_failed = true;
  EXPECT_FALSE(rule.Decide(race, 2).stop);
  race.trials[2].folds[4].scores = curves[2][4];
  EXPECT_TRUE(rule.Decide(race, 2).stop);
}

TEST(PairedRule, DecidesNothingBeforeAFoldIsFinished) {
  Curves curves = SampleCurves(6, 2, kPairedFolds, kPairedEpochs, -0.5, 0.003);
  Race race = {.folds = kPairedFolds, .epochs = kPairedEpochs};
  for (uint32_t trial = 0; trial < 2; ++trial) {
    race.AddTrial();
    race.trials[trial].folds[0].scores.assign(curves[trial][0].begin(), curves[trial][0].end() - 1);
  }
  PairedRule rule(kRate);
  EXPECT_FALSE(rule.Decide(race, 1).stop);
  race.trials[0].folds[0].scores = curves[0][0];
  EXPECT_TRUE(rule.Decide(race, 1).stop);
}

TEST(PairedRule, RacesFoldsOfOneEpoch) {
  PairedRule rule(kRate);
  const std::vector<double> best = {5, 6.1, 7, 8, 9.1, 5, 6, 7.1};
  EXPECT_FALSE(rule.Decide(RaceOfFinals({best, {4.9, 5.9}}, 8), 1).stop);
  EXPECT_TRUE(rule.Decide(RaceOfFinals({best, {-5, -4, -3, -2}}, 8), 1).stop);
}

}  // namespace
}  // namespace pleat
