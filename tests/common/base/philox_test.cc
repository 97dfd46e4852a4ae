#include "common/base/philox.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace pleat {
namespace {

using Words = std::array<uint32_t, 4>;

// Known answers that Random123 publishes (tests/kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(Philox(0, {0, 0, 0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox(~uint64_t{0}, {~0u, ~0u, ~0u, ~0u}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox(0x299f31d0'a4093822, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(MixKeys, DependsOnBothNumbersAndTheirOrder) {
  std::set<uint64_t> keys;
  for (uint64_t a = 0; a < 30; ++a) {
    for (uint64_t b = 0; b < 30; ++b) keys.insert(MixKeys(a, b));
  }
  EXPECT_EQ(keys.size(), 900u);
  EXPECT_NE(MixKeys(1, uint64_t{1} << 32), MixKeys(1, 0));
}

TEST(RandomStream, IsAFunctionOfItsPosition) {
  RandomStream one(7, RandomPurpose::kDropout, 3, 4);
  RandomStream same(7, RandomPurpose::kDropout, 3, 4);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(one.NextUint32(), same.NextUint32());
}

TEST(RandomStream, PositionsPurposesAndKeysAreDistinct) {
  std::set<uint64_t> first;
  first.insert(RandomStream(7, RandomPurpose::kDropout, 3, 4).NextUint64());
  first.insert(RandomStream(7, RandomPurpose::kDropout, 4, 3).NextUint64());
  first.insert(RandomStream(7, RandomPurpose::kDropout, 3, 5).NextUint64());
  first.insert(RandomStream(7, RandomPurpose::kViews, 3, 4).NextUint64());
  first.insert(RandomStream(8, RandomPurpose::kDropout, 3, 4).NextUint64());
  EXPECT_EQ(first.size(), 5u);
}

TEST(RandomStream, TakesItsWordsInCounterOrder) {
  RandomStream stream(5, RandomPurpose::kSearch, 1, 2);
  const Words second = Philox(5, {1, static_cast<uint32_t>(RandomPurpose::kSearch), 1, 2});
  for (int i = 0; i < 4; ++i) stream.NextUint32();
  EXPECT_EQ(stream.NextUint64(), uint64_t{second[1]} << 32 | second[0]);
}

TEST(RandomStream, UniformsStayInTheirRangeWithTheRightMean) {
  RandomStream stream(1, RandomPurpose::kAugmentation);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = stream.NextUniform(-2, 6);
    ASSERT_GE(value, -2);
    ASSERT_LT(value, 6);
    sum += value;
  }
  EXPECT_NEAR(sum / 10000, 2.0, 0.1);
}

TEST(RandomStream, UniformNeverRoundsUpToItsEnd) {
  const double low = 1.0;
  const double high = std::nextafter(low, 2.0);
  RandomStream stream(1, RandomPurpose::kSearch);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(stream.NextUniform(low, high), low);
}

TEST(RandomStream, BoundedDrawsHitEveryValueEquallyOften) {
  RandomStream stream(1, RandomPurpose::kEpochOrder);
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 7000; ++i) ++counts.at(stream.NextBelow(7));
  for (int count : counts) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(stream.NextBelow(1), 0u);
  for (int i = 0; i < 100; ++i) EXPECT_LT(stream.NextBelow(~uint64_t{0}), ~uint64_t{0});
}

TEST(RandomStream, NormalsHaveMeanZeroAndVarianceOne) {
  RandomStream stream(1, RandomPurpose::kInitialWeights);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 20000; ++i) {
    const double value = stream.NextNormal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 20000, 0.0, 0.03);
  EXPECT_NEAR(squares / 20000, 1.0, 0.05);
}

}  // namespace
}  // namespace pleat
