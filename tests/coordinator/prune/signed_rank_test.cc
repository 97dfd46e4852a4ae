#include "coordinator/prune/signed_rank.h"

#include <gtest/gtest.h>

#include <vector>

namespace pleat {
namespace {

TEST(SignedRank, IsTheShareOfSignsByHand) {
  // All of n negative: one choice of signs of 2^n.
  EXPECT_DOUBLE_EQ(SignedRankBelowZero(std::vector<double>{-1, -2, -3, -4, -5}), 1.0 / 32);
  EXPECT_DOUBLE_EQ(SignedRankBelowZero(std::vector<double>{-1}), 0.5);
  EXPECT_DOUBLE_EQ(SignedRankBelowZero(std::vector<double>{1, 2, 3}), 1);
  // Positive ranks of up to 3 of 1, 2, 3, 4: {}, 1, 2, 3, 1 + 2.
  EXPECT_DOUBLE_EQ(SignedRankBelowZero(std::vector<double>{-1, -2, 3, -4}), 5.0 / 16);
}

TEST(SignedRank, SharesRanksAmongEqualSizes) {
  // Ranks 1.5, 1.5, 3; positive 1.5: {}, either 1.5.
  EXPECT_DOUBLE_EQ(SignedRankBelowZero(std::vector<double>{2, -2, -5}), 3.0 / 8);
}

TEST(SignedRank, LeavesOutZeros) {
  EXPECT_DOUBLE_EQ(SignedRankBelowZero(std::vector<double>{0, -1, 0, -2}), 0.25);
  EXPECT_EQ(SignedRankBelowZero(std::vector<double>{0, 0}), 1);
  EXPECT_EQ(SignedRankBelowZero({}), 1);
}

}  // namespace
}  // namespace pleat
