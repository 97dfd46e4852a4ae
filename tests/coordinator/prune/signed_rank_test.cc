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

// scipy 1.17.1, scipy.stats.wilcoxon(d, alternative="less"): method="exact" for the ten, and
// method="asymptotic", correction=False for the thirty, which have ties. They are
// numpy.random.RandomState(1).normal(-0.3, 1, 10 and then 30), rounded to 3 digits and to 1.
TEST(SignedRank, IsThatOfScipy) {
  const std::vector<double> ten = {1.324,  -0.912, -0.828, -1.373, 0.565,
                                   -2.602, 1.445,  -1.061, 0.019,  -0.549};
  EXPECT_NEAR(SignedRankBelowZero(ten), 0.24609375, 1e-14);
  const std::vector<double> thirty = {1.2,  -2.4, -0.6, -0.7, 0.8,  -1.4, -0.5, -1.2, -0.3, 0.3,
                                      -1.4, 0.8,  0.6,  0.2,  0.6,  -1.0, -0.4, -1.2, -0.6, 0.2,
                                      -1.0, -0.7, -1.0, -1.1, -1.0, -0.3, -1.4, -0.1, 1.4,  0.4};
  EXPECT_NEAR(SignedRankBelowZero(thirty), 0.0134296666384691, 1e-12);
}

TEST(SignedRank, LeavesOutZeros) {
  EXPECT_DOUBLE_EQ(SignedRankBelowZero(std::vector<double>{0, -1, 0, -2}), 0.25);
  EXPECT_EQ(SignedRankBelowZero(std::vector<double>{0, 0}), 1);
  EXPECT_EQ(SignedRankBelowZero({}), 1);
}

}  // namespace
}  // namespace pleat
