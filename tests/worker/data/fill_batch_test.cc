#include "worker/data/fill_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace pleat {
namespace {

using ::testing::ElementsAre;

Dataset Rows(int64_t width, std::vector<uint8_t> pixels) {
  Dataset dataset;
  dataset.height = 1;
  dataset.width = width;
  dataset.rows = static_cast<int64_t>(pixels.size()) / width;
  dataset.pixels = std::move(pixels);
  return dataset;
}

std::vector<float> Fill(const Dataset& dataset, const std::vector<int64_t>& rows,
                        const std::vector<DrawnTransforms>& drawn, double scale = 1) {
  std::vector<float> out(rows.size() * dataset.shape().size());
  FillBatch<float>(dataset, rows, drawn, scale, out.data());
  return out;
}

TEST(FillBatch, GathersRowsAndDividesByTheScale) {
  EXPECT_THAT(Fill(Rows(2, {0, 51, 102, 255}), {1, 0, 1}, {}, 255),
              ElementsAre(0.4f, 1, 0, 0.2f, 0.4f, 1));
}

TEST(FillBatch, TakesEachRowThroughItsOwnTransforms) {
  const Dataset dataset = Rows(2, {10, 20, 30, 40});
  const DrawnTransforms mirrored = {HorizontalMirror(2)};
  EXPECT_THAT(Fill(dataset, {1, 0}, {{}, mirrored}), ElementsAre(30, 40, 20, 10));
  EXPECT_THAT(Fill(dataset, {1, 0}, {mirrored}), ElementsAre(40, 30, 20, 10));
}

}  // namespace
}  // namespace pleat
