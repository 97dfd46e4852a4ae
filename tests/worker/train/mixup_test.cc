#include "worker/train/mixup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "tests/worker/train/training_fixture.h"

namespace pleat {
namespace {

std::vector<double> Shares(double alpha, int count) {
  std::vector<double> shares;
  for (int row = 0; row < count; ++row) shares.push_back(DrawMixupShare(alpha, 7, 2, row));
  return shares;
}

// Largest distance between the draws' distribution and `cdf` (Kolmogorov and Smirnov).
double DistanceTo(const std::function<double(double)>& cdf, std::vector<double> draws) {
  std::sort(draws.begin(), draws.end());
  double distance = 0;
  const auto n = static_cast<double>(draws.size());
  for (size_t i = 0; i < draws.size(); ++i) {
    const double expected = cdf(draws[i]);
    distance = std::max({distance, std::abs(expected - static_cast<double>(i) / n),
                         std::abs(expected - static_cast<double>(i + 1) / n)});
  }
  return distance;
}

TEST(MixupShare, IsOfTheBetaDistribution) {
  // 1.95 / sqrt(n) is passed by one distribution in a thousand; the seed is fixed.
  const int n = 20'000;
  const double limit = 1.95 / std::sqrt(n);
  EXPECT_LT(DistanceTo([](double x) { return x; }, Shares(1, n)), limit);
  EXPECT_LT(DistanceTo([](double x) { return x * x * (3 - 2 * x); }, Shares(2, n)), limit);
  const auto arcsine = [](double x) { return 2 / std::numbers::pi * std::asin(std::sqrt(x)); };
  EXPECT_LT(DistanceTo(arcsine, Shares(0.5, n)), limit);
}

TEST(MixupShare, HasTheVarianceOfBetaForAnyAlpha) {
  for (const double alpha : {0.05, 0.2, 8.0, 100.0}) {
    const std::vector<double> shares = Shares(alpha, 20'000);
    double mean = 0;
    double square = 0;
    for (const double share : shares) {
      mean += share / static_cast<double>(shares.size());
      square += (share - 0.5) * (share - 0.5) / static_cast<double>(shares.size());
    }
    EXPECT_NEAR(mean, 0.5, 0.02);
    EXPECT_NEAR(square * 4 * (2 * alpha + 1), 1, 0.05) << alpha;
  }
}

TEST(MixupShare, OfTheSmallestAlphaIsAllOrNothing) {
  double sum = 0;
  for (const double share : Shares(1e-300, 200)) {
    EXPECT_TRUE(share == 0 || share == 1) << share;
    sum += share;
  }
  EXPECT_GT(sum, 50);
  EXPECT_LT(sum, 150);
}

TEST(MixupShare, DependsOnKeyEpochAndRow) {
  const double share = DrawMixupShare(1, 7, 2, 5);
  EXPECT_EQ(DrawMixupShare(1, 7, 2, 5), share);
  EXPECT_NE(DrawMixupShare(1, 8, 2, 5), share);
  EXPECT_NE(DrawMixupShare(1, 7, 3, 5), share);
  EXPECT_NE(DrawMixupShare(1, 7, 2, 6), share);
  EXPECT_NE(DrawMixupShare(1, 7, 2, 5 + (uint64_t{1} << 32)), share);
}

class MixupTest : public testing::Test {
 protected:
  MixupTest() {
    job_.task.mutable_config()->mutable_training()->set_precision("fp64");
    mixup_.set_alpha(0.4);
  }

  const Dataset dataset_ = SmallDataset(40);
  FoldJob job_ = SmallJob(dataset_, "unused");
  v1::MixupSpec mixup_;
  const std::vector<int64_t> batch_ = {4, 31, 0, 17, 22};
};

TEST_F(MixupTest, BlendsEachRowWithTheNextOfTheBatch) {
  Group alone;
  const FoldParts parts = MakeFoldParts(job_, alone).value();
  const Batch mixed = LoadMixed(mixup_, *parts.loader,
                                {.batch = batch_, .rows = batch_, .key = parts.key, .epoch = 3});
  const Batch plain = parts.loader->Training(batch_, 3);
  for (size_t i = 0; i < batch_.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const auto next = static_cast<int64_t>((i + 1) % batch_.size());
    const double share = DrawMixupShare(0.4, parts.key, 3, batch_[i]);
    EXPECT_EQ(mixed.shares[row].item<double>(), share);
    EXPECT_EQ(mixed.labels[row].item<int64_t>(), dataset_.labels[batch_[i]]);
    EXPECT_EQ(mixed.partner_labels[row].item<int64_t>(), dataset_.labels[batch_[next]]);
    EXPECT_TRUE(
        at::equal(mixed.images[row], plain.images[row] * share + plain.images[next] * (1 - share)));
  }
}

TEST_F(MixupTest, APieceOfTheBatchIsThatPieceOfTheWhole) {
  Group alone;
  const FoldParts parts = MakeFoldParts(job_, alone).value();
  BatchPart part{.batch = batch_, .rows = batch_, .key = parts.key, .epoch = 0};
  const Batch whole = LoadMixed(mixup_, *parts.loader, part);
  part.rows = part.batch.subspan(3);
  const Batch piece = LoadMixed(mixup_, *parts.loader, part);
  EXPECT_TRUE(at::equal(piece.images, whole.images.slice(0, 3)));
  EXPECT_TRUE(at::equal(piece.partner_labels, whole.partner_labels.slice(0, 3)));
  EXPECT_TRUE(at::equal(piece.shares, whole.shares.slice(0, 3)));
}

}  // namespace
}  // namespace pleat
