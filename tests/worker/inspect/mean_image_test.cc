#include "worker/inspect/mean_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/inspect/small_dataset.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MeanImage, IsOfTheClassAndRounded) {
  Dataset dataset = ShadedDataset({10, 255, 13, 255}, {0, 2, 0, 2});
  dataset.pixels[0] = 20;
  EXPECT_THAT(MeanImages(dataset, 3),
              ElementsAre(ElementsAre(17, 12, 12, 12), IsEmpty(), ElementsAre(255, 255, 255, 255)));
}

TEST(MeanImage, IsOfAllRowsWithoutLabels) {
  EXPECT_THAT(MeanImages(ShadedDataset({1, 3}, {}), 3), ElementsAre(ElementsAre(2, 2, 2, 2)));
}

}  // namespace
}  // namespace pleat
