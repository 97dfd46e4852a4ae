#include "worker/data/synthetic_digits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "worker/data/dataset_digest.h"

namespace pleat {
namespace {

v1::SyntheticDigitsSource Source(uint32_t samples, uint32_t writers, uint64_t seed,
                                 uint32_t size = 28) {
  v1::SyntheticDigitsSource source;
  source.set_samples(samples);
  source.set_writers(writers);
  source.set_seed(seed);
  source.set_size(size);
  return source;
}

std::vector<uint8_t> Row(const Dataset& dataset, int64_t row) {
  const int64_t size = dataset.height * dataset.width;
  return std::vector<uint8_t>(dataset.row(row), dataset.row(row) + size);
}

TEST(SyntheticDigits, CyclesLabelsOverTheDigits) {
  const auto digits = MakeSyntheticDigits(Source(25, 5, 1));
  ASSERT_TRUE(digits.ok()) << digits.status();
  EXPECT_EQ(digits->rows, 25);
  EXPECT_EQ(digits->labels[0], 0);
  EXPECT_EQ(digits->labels[24], 4);
}

// Pins the bits: a change here changes every sweep on generated digits.
TEST(SyntheticDigits, HasTheSameBitsEverywhere) {
  EXPECT_EQ(*DatasetSha256(*MakeSyntheticDigits(Source(200, 10, 2019))),
            "2a2b9b7a4fb93a315d797b8b252d157901b416a8ec7bf542a4cf8925662828e3");
}

TEST(SyntheticDigits, DependsOnTheSeed) {
  const auto a = MakeSyntheticDigits(Source(10, 1, 1));
  const auto b = MakeSyntheticDigits(Source(10, 1, 2));
  EXPECT_NE(a->pixels, b->pixels);
}

TEST(SyntheticDigits, RowsDoNotDependOnHowManyThereAre) {
  const auto few = MakeSyntheticDigits(Source(20, 1, 3));
  const auto many = MakeSyntheticDigits(Source(40, 2, 3));
  for (int64_t row = 0; row < 20; ++row) EXPECT_EQ(Row(*few, row), Row(*many, row));
}

TEST(SyntheticDigits, DrawsStrokesOnAnEmptyGround) {
  const auto digits = MakeSyntheticDigits(Source(500, 50, 4));
  for (int64_t row = 0; row < digits->rows; ++row) {
    const std::vector<uint8_t> pixels = Row(*digits, row);
    const auto dark = std::count_if(pixels.begin(), pixels.end(), [](uint8_t p) { return p < 32; });
    const auto bright =
        std::count_if(pixels.begin(), pixels.end(), [](uint8_t p) { return p > 128; });
    EXPECT_GT(dark, 784 * 0.4) << row;
    EXPECT_GT(bright, 784 * 0.03) << row;
  }
}

TEST(SyntheticDigits, LetsClassesBeToldApartByTheirMeans) {
  // The nearest class mean is a poor classifier, but far better than chance on legible digits.
  const auto train = MakeSyntheticDigits(Source(2000, 100, 5));
  const auto test = MakeSyntheticDigits(Source(500, 25, 6));
  std::vector<std::vector<double>> means(10, std::vector<double>(784));
  for (int64_t row = 0; row < train->rows; ++row) {
    const uint8_t* pixels = train->row(row);
    for (int i = 0; i < 784; ++i) means[train->labels[row]][i] += pixels[i] / 200.0;
  }
  int right = 0;
  for (int64_t row = 0; row < test->rows; ++row) {
    std::vector<double> distances;
    for (const auto& mean : means) {
      double sum = 0;
      for (int i = 0; i < 784; ++i) {
        const double difference = test->row(row)[i] - mean[i];
        sum += difference * difference;
      }
      distances.push_back(sum);
    }
    const auto nearest = std::min_element(distances.begin(), distances.end()) - distances.begin();
    right += nearest == test->labels[row];
  }
  EXPECT_GT(right, 500 * 0.55);
  EXPECT_LT(right, 500 * 0.97);
}

TEST(SyntheticDigits, DrawsAnySize) {
  for (const uint32_t size : {12u, 64u}) {
    const auto digits = MakeSyntheticDigits(Source(10, 1, 0, size));
    ASSERT_TRUE(digits.ok());
    EXPECT_EQ(digits->width, size);
    EXPECT_GT(std::accumulate(digits->pixels.begin(), digits->pixels.end(), 0.0), 0);
  }
}

TEST(SyntheticDigits, RefusesWhatDoesNotFit) {
  EXPECT_EQ(MakeSyntheticDigits(Source(1000000, 10, 0, 256)).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(MakeSyntheticDigits(Source(0, 10, 0)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat
