#include "coordinator/ensemble/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::Pair;

std::vector<std::pair<uint32_t, double>> Weights(const Selection& selection) {
  std::vector<std::pair<uint32_t, double>> weights;
  for (const TrialWeight& trial : selection.trials) {
    weights.emplace_back(trial.trial, trial.weight);
  }
  return weights;
}

// Two classes; `first` is the probability of class 0 of each row.
TrialOutOfFold Trial(uint32_t number, const std::vector<double>& first) {
  TrialOutOfFold trial{number, {}, std::vector<bool>(first.size(), true)};
  for (const double p : first) {
    trial.predictions.push_back(static_cast<float>(p));
    trial.predictions.push_back(static_cast<float>(1 - p));
  }
  return trial;
}

TEST(SelectBest, TakesTheBestScoresInTheMetricsDirection) {
  const std::vector<TrialScore> trials = {{0, 0.3}, {1, 0.1}, {2, 0.2}};
  EXPECT_THAT(Weights(SelectBest(trials, 2, false)), ElementsAre(Pair(1, 0.5), Pair(2, 0.5)));
  EXPECT_THAT(Weights(SelectBest(trials, 1, true)), ElementsAre(Pair(0, 1.0)));
}

TEST(SelectBest, PrefersTheLowerTrialOnTiesAndAnyNumberToNan) {
  const std::vector<TrialScore> trials = {{0, NAN}, {1, 0.5}, {2, 0.5}};
  EXPECT_THAT(Weights(SelectBest(trials, 1, false)), ElementsAre(Pair(1, 1.0)));
  EXPECT_THAT(Weights(SelectBest(trials, 1, true)), ElementsAre(Pair(1, 1.0)));
  EXPECT_EQ(SelectBest(trials, 9, true).trials.size(), 3);
}

TEST(SelectAll, WeighsAllTrialsEqually) {
  const std::vector<TrialScore> trials = {{0, 1}, {4, 2}};
  EXPECT_THAT(Weights(SelectAll(trials)), ElementsAre(Pair(0, 0.5), Pair(4, 0.5)));
}

TEST(SelectGreedy, CombinesTrialsThatErrOnDifferentRows) {
  // Alone: trial 1 loses -log(0.9 * 0.4) / 2, the best; 1 and 2 together -log(0.65) each.
  const std::vector<TrialOutOfFold> trials = {Trial(0, {0.5, 0.5}), Trial(1, {0.9, 0.4}),
                                              Trial(2, {0.35, 0.9})};
  const std::vector<int64_t> labels = {0, 0};
  const Selection selection = SelectGreedy(trials, labels, 2, Blend::kMeanProbability, 2);
  EXPECT_THAT(Weights(selection), ElementsAre(Pair(1, 0.5), Pair(2, 0.5)));
}

TEST(SelectGreedy, KeepsTheRoundWithTheLowestLoss) {
  const std::vector<TrialOutOfFold> trials = {Trial(0, {0.9}), Trial(1, {0.2})};
  const std::vector<int64_t> labels = {0};
  EXPECT_THAT(Weights(SelectGreedy(trials, labels, 2, Blend::kMeanProbability, 25)),
              ElementsAre(Pair(0, 1.0)));
}

TEST(SelectGreedy, AddsATrialMoreThanOnceWhenThatHelps) {
  // The loss of weights (2/3, 1/3) is -log(0.75 * 0.5) / 2, below that of (1/2, 1/2).
  const std::vector<TrialOutOfFold> trials = {Trial(0, {0.95, 0.3}), Trial(1, {0.05, 0.99})};
  const std::vector<int64_t> labels = {0, 0};
  const Selection selection = SelectGreedy(trials, labels, 2, Blend::kMeanProbability, 3);
  EXPECT_THAT(Weights(selection),
              ElementsAre(Pair(0, DoubleEq(2.0 / 3)), Pair(1, DoubleEq(1.0 / 3))));
}

TEST(SelectGreedy, GivesTiesToTheLowerTrial) {
  const std::vector<TrialOutOfFold> trials = {Trial(3, {0.7}), Trial(5, {0.7})};
  const std::vector<int64_t> labels = {0};
  EXPECT_THAT(Weights(SelectGreedy(trials, labels, 2, Blend::kMeanProbability, 4)),
              ElementsAre(Pair(3, 1.0)));
}

TEST(SelectGreedy, CountsARowThatNobodyHasAsUniform) {
  // Trial 0 is perfect on one row and lacks the other; trial 1 is right on both with 0.9.
  std::vector<TrialOutOfFold> trials = {Trial(0, {1.0, 1.0}), Trial(1, {0.9, 0.9})};
  trials[0].has_row[1] = false;
  const std::vector<int64_t> labels = {0, 0};
  EXPECT_THAT(Weights(SelectGreedy(trials, labels, 2, Blend::kMeanProbability, 1)),
              ElementsAre(Pair(1, 1.0)));
}

TEST(SelectGreedy, LeavesRowsThatNoTrialHasOut) {
  std::vector<TrialOutOfFold> trials = {Trial(0, {0.5, 0.1}), Trial(1, {0.25, 0.1})};
  for (TrialOutOfFold& trial : trials) trial.has_row[1] = false;
  const std::vector<int64_t> labels = {0, 0};
  const Selection selection = SelectGreedy(trials, labels, 2, Blend::kMeanProbability, 1);
  EXPECT_THAT(Weights(selection), ElementsAre(Pair(0, 1.0)));
  EXPECT_THAT(selection.reason, testing::HasSubstr("log loss, 0.693147,"));
}

TEST(SelectGreedy, BlendsLogitsWhenAsked) {
  const std::vector<TrialOutOfFold> trials = {{0, {1, 0}, {true}}, {1, {3, 0}, {true}}};
  const std::vector<int64_t> labels = {0};
  EXPECT_THAT(Weights(SelectGreedy(trials, labels, 2, Blend::kMeanLogit, 2)),
              ElementsAre(Pair(1, 1.0)));
}

}  // namespace
}  // namespace pleat
