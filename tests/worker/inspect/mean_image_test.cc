#include "worker/inspect/mean_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/data/striped_dataset.h"
#include "tests/worker/inspect/small_dataset.h"

namespace pleat {
namespace {

using testing::ElementsAre;

TEST(MeanImage, IsOfTheClassAndNotRounded) {
  Dataset dataset = ShadedDataset({10, 255, 13, 255}, {0, 2, 0, 2});
  dataset.pixels[0] = 20;
  EXPECT_THAT(MeanImage(dataset, 0), ElementsAre(16.5, 11.5, 11.5, 11.5));
  EXPECT_THAT(MeanImage(dataset, 2), ElementsAre(255, 255, 255, 255));
}

TEST(MeanImage, IsOfEveryPixelOfALargeImage) {
  Dataset dataset = StripedDataset(3, 90, 100, 1);
  const std::vector<float> mean = MeanImage(dataset, 0);
  ASSERT_EQ(mean.size(), 9000u);
  for (const size_t i : {0, 4095, 4096, 8999}) {
    const int sum = dataset.row(0)[i] + dataset.row(1)[i] + dataset.row(2)[i];
    EXPECT_FLOAT_EQ(mean[i], static_cast<float>(sum) / 3) << i;
  }
}

TEST(MeanImage, IsOfAllRowsWithoutLabels) {
  EXPECT_THAT(MeanImage(ShadedDataset({1, 3}, {}), 0), ElementsAre(2, 2, 2, 2));
}

}  // namespace
}  // namespace pleat
