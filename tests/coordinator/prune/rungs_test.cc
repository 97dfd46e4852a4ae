#include "coordinator/prune/rungs.h"

#include <gtest/gtest.h>

#include <limits>

namespace pleat {
namespace {

using Epochs = std::vector<uint32_t>;

TEST(Rungs, GrowByEtaUpToAllEpochs) {
  EXPECT_EQ(Rungs({.eta = 3, .min_epochs = 1}, 30).EpochsOf(0), (Epochs{1, 3, 9, 27, 30}));
  EXPECT_EQ(Rungs({.eta = 2, .min_epochs = 4}, 16).EpochsOf(5), (Epochs{4, 8, 16}));
  EXPECT_EQ(Rungs({.min_epochs = 7}, 7).EpochsOf(0), (Epochs{7}));
}

TEST(Rungs, BeginHigherInEachBracket) {
  const Rungs rungs({.eta = 3, .min_epochs = 1, .brackets = 3}, 20);
  EXPECT_EQ(rungs.EpochsOf(0), (Epochs{1, 3, 9, 20}));
  EXPECT_EQ(rungs.EpochsOf(1), (Epochs{3, 9, 20}));
  EXPECT_EQ(rungs.EpochsOf(5), (Epochs{9, 20}));
  EXPECT_EQ(rungs.EpochsOf(3), rungs.EpochsOf(0));
}

TEST(Rungs, LetTheBestShareGoOn) {
  Rungs rungs({.eta = 3, .min_epochs = 1}, 9);
  const double scores[] = {0.1, 0.5, 0.3, 0.5, -std::numeric_limits<double>::infinity()};
  for (uint32_t trial = 0; trial < 5; ++trial) rungs.Report(trial, 0, scores[trial]);
  // One of five; the lower number of equal ones.
  for (uint32_t trial = 0; trial < 5; ++trial) {
    EXPECT_EQ(rungs.MayGoOn(trial, 0), trial == 1) << trial;
  }
  rungs.Report(5, 0, 0.4);
  for (uint32_t trial = 0; trial < 6; ++trial) {
    EXPECT_EQ(rungs.MayGoOn(trial, 0), trial == 1 || trial == 3) << trial;
  }
  EXPECT_EQ(rungs.WhyPaused(5, 0, "0.4"),
            "0.4 after 1 epoch is not among the best 2 of the 6 trials that came so far (asha, eta "
            "3)");
}

TEST(Rungs, CompareWithinABracket) {
  Rungs rungs({.eta = 2, .min_epochs = 1, .brackets = 2}, 4);
  for (uint32_t trial = 0; trial < 4; ++trial) rungs.Report(trial, 0, trial);
  EXPECT_FALSE(rungs.MayGoOn(0, 0));
  EXPECT_TRUE(rungs.MayGoOn(2, 0));
  EXPECT_FALSE(rungs.MayGoOn(1, 0));
  EXPECT_TRUE(rungs.MayGoOn(3, 0));
}

}  // namespace
}  // namespace pleat
