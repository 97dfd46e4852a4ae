#include "worker/inspect/row_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/worker/inspect/small_dataset.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::WhenSorted;

TEST(RowSamples, AreOfTheirClass) {
  std::vector<int64_t> labels;
  for (int64_t row = 0; row < 300; ++row) labels.push_back(row % 3);
  const Dataset dataset = ShadedDataset(std::vector<uint8_t>(300), labels);
  const auto samples = SampleRows(dataset, 4, 10);
  ASSERT_EQ(samples.size(), 4u);
  for (int64_t label = 0; label < 3; ++label) {
    const auto& rows = samples[static_cast<size_t>(label)];
    EXPECT_EQ(std::set(rows.begin(), rows.end()).size(), 10u);
    EXPECT_TRUE(std::ranges::is_sorted(rows));
    for (const int64_t row : rows) EXPECT_EQ(row % 3, label);
  }
  EXPECT_THAT(samples[3], IsEmpty());
  EXPECT_GT(samples[0].back(), 27) << "not just the first ones";
  EXPECT_EQ(samples, SampleRows(dataset, 4, 10));
}

TEST(RowSamples, AreTheSameInEveryBuild) {
  const Dataset dataset = ShadedDataset(std::vector<uint8_t>(100), {});
  EXPECT_THAT(SampleRows(dataset, 1, 5), ElementsAre(ElementsAre(14, 36, 67, 78, 85)));
}

TEST(RowSamples, AreAllRowsIfThereAreFew) {
  EXPECT_THAT(SampleRows(ShadedDataset({1, 2, 3}, {1, 0, 1}), 2, 5),
              ElementsAre(ElementsAre(1), ElementsAre(0, 2)));
  EXPECT_THAT(SampleRows(ShadedDataset({1, 2}, {}), 2, 5), ElementsAre(ElementsAre(0, 1)));
}

}  // namespace
}  // namespace pleat
