#include "coordinator/search/trial_scores.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

TEST(TrialScores, IsTheMeanWhereAllFoldsAreThere) {
  const std::vector<FoldLosses> trials = {{1, 3}, {2, 6}};
  const auto scores = ScoreTrials(trials);
  ASSERT_TRUE(scores[0].has_value() && scores[1].has_value());
  EXPECT_NEAR(scores[0]->mean, 2, 1e-12);
  EXPECT_NEAR(scores[1]->mean, 4, 1e-12);
}

TEST(TrialScores, HasNoErrorWhereFoldsDifferAlikeForAllTrials) {
  const std::vector<FoldLosses> trials = {{1, 5, 9}, {2, 6, 10}, {3, 7, 11}, {90, 1, 2}};
  for (const auto& score : ScoreTrials(trials)) {
    ASSERT_TRUE(score.has_value());
    EXPECT_NEAR(score->standard_error, 0, 1e-9);
  }
}

TEST(TrialScores, DoesNotFavourATrialThatLacksAHardFold) {
  const std::vector<FoldLosses> trials = {{1, 5}, {2, 6}, {1.5, std::nullopt}, {8, 8}};
  const auto scores = ScoreTrials(trials);
  ASSERT_TRUE(scores[2].has_value());
  // Its plain mean, 1.5, would be by far the best; the second fold is harder by 4.
  EXPECT_NEAR(scores[2]->mean, 3.5, 1e-3);
  EXPECT_LT(scores[0]->mean, scores[2]->mean);
  EXPECT_LT(scores[2]->mean, scores[1]->mean);
}

TEST(TrialScores, TellsTheNoiseOfAMeanByHand) {
  // Two trials are the better half of four; the noise is +-1 beside fold effects of 0: squares of 4
  // over one degree of freedom, so 2 for one loss and sqrt(2) for a mean of two.
  const std::vector<FoldLosses> trials = {{0, 2}, {2, 0}, {50, 50}, {60, 60}};
  const auto scores = ScoreTrials(trials);
  EXPECT_NEAR(scores[0]->standard_error, std::sqrt(2), 1e-12);
  EXPECT_NEAR(scores[2]->standard_error, std::sqrt(2), 1e-12);
}

TEST(TrialScores, KnowsNothingOfATrialWithoutLosses) {
  const std::vector<FoldLosses> trials = {{std::nullopt, std::nullopt}, {1, 2}};
  const auto scores = ScoreTrials(trials);
  EXPECT_FALSE(scores[0].has_value());
  EXPECT_TRUE(scores[1].has_value());
  EXPECT_TRUE(ScoreTrials({}).empty());
}

}  // namespace
}  // namespace pleat
