#include "worker/inspect/mean_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/inspect/small_dataset.h"

namespace pleat {
namespace {

using testing::ElementsAre;

TEST(MeanImage, IsOfTheClassAndRounded) {
  Dataset dataset = ShadedDataset({10, 255, 13, 255}, {0, 2, 0, 2});
  dataset.pixels[0] = 20;
  EXPECT_THAT(MeanImage(dataset, 0, 255), ElementsAre(17, 12, 12, 12));
  EXPECT_THAT(MeanImage(dataset, 2, 255), ElementsAre(255, 255, 255, 255));
}

TEST(MeanImage, KeepsTheGreysOfSmallValues) {
  EXPECT_THAT(MeanImage(ShadedDataset({0, 1, 1}, {0, 0, 0}), 0, 1),
              ElementsAre(170, 170, 170, 170));
}

TEST(MeanImage, IsOfAllRowsWithoutLabels) {
  EXPECT_THAT(MeanImage(ShadedDataset({1, 3}, {}), 0, 255), ElementsAre(2, 2, 2, 2));
}

}  // namespace
}  // namespace pleat
