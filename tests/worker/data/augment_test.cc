#include "worker/data/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/reference/fixture.h"

namespace pleat {
namespace {

using ::testing::ElementsAre;
using ::testing::Pointwise;

Dataset OneImage(int64_t height, int64_t width, std::vector<uint8_t> pixels) {
  Dataset dataset;
  dataset.height = height;
  dataset.width = width;
  dataset.rows = static_cast<int64_t>(pixels.size()) / (height * width);
  dataset.pixels = std::move(pixels);
  return dataset;
}

std::vector<float> Fill(const Dataset& dataset, const std::vector<int64_t>& rows,
                        const std::vector<AffineMap>& maps, double scale = 1) {
  std::vector<float> out(rows.size() * dataset.height * dataset.width * dataset.channels);
  FillBatch<float>(dataset, rows, maps, scale, out.data());
  return out;
}

v1::TransformSpec Transform(double shift, double scale, double degrees, double p) {
  v1::TransformSpec transform;
  auto* spec = transform.mutable_shift_scale_rotate();
  spec->set_shift(shift);
  spec->set_scale(scale);
  spec->set_rotate_degrees(degrees);
  spec->set_p(p);
  return transform;
}

TEST(Augment, WarpsAsNumpyDoes) {
  const nlohmann::json cases = ReadFixture("warp.json");
  ASSERT_GE(cases.size(), 6u);
  for (const auto& c : cases) {
    const Dataset dataset =
        OneImage(c["height"], c["width"], c["input"].get<std::vector<uint8_t>>());
    const AffineMap map = ShiftScaleRotateMap(dataset.height, dataset.width, c["shift_x"],
                                              c["shift_y"], c["scale"], c["degrees"]);
    const auto expected = c["output"].get<std::vector<float>>();
    EXPECT_THAT(Fill(dataset, {0}, {map}), Pointwise(testing::FloatNear(1e-2), expected)) << c;
    std::vector<double> out(expected.size());
    FillBatch<double>(dataset, std::vector<int64_t>{0}, std::vector<AffineMap>{map}, 1, out.data());
    EXPECT_THAT(out, Pointwise(testing::DoubleNear(1e-5), expected)) << c;
  }
}

TEST(Augment, RotatesCounterClockwise) {
  const Dataset dataset = OneImage(2, 2, {10, 20, 30, 40});
  EXPECT_THAT(Fill(dataset, {0}, {ShiftScaleRotateMap(2, 2, 0, 0, 1, 90)}),
              Pointwise(testing::FloatNear(1e-4), std::vector<float>{20, 40, 10, 30}));
}

TEST(Augment, ShiftsRightAndDownByFractions) {
  const Dataset dataset = OneImage(2, 2, {10, 20, 30, 40});
  EXPECT_THAT(Fill(dataset, {0}, {ShiftScaleRotateMap(2, 2, 0.5, 0, 1, 0)}),
              ElementsAre(0, 10, 0, 30));
  EXPECT_THAT(Fill(dataset, {0}, {ShiftScaleRotateMap(2, 2, 0, 0.5, 1, 0)}),
              ElementsAre(0, 0, 10, 20));
}

TEST(Augment, GathersRowsAndDividesByTheScale) {
  const Dataset dataset = OneImage(1, 2, {0, 51, 102, 255});
  EXPECT_THAT(Fill(dataset, {1, 0, 1}, {}, 255), ElementsAre(0.4f, 1, 0, 0.2f, 0.4f, 1));
}

TEST(Augment, KeepsChannelsApart) {
  Dataset dataset = OneImage(1, 2, {1, 100, 3, 200});
  dataset.channels = 2;
  dataset.rows = 1;
  EXPECT_THAT(Fill(dataset, {0}, {ShiftScaleRotateMap(1, 2, 0.5, 0, 1, 0)}),
              ElementsAre(0, 0, 1, 100));
}

TEST(Augment, GivesZerosFarOutside) {
  const Dataset dataset = OneImage(2, 2, {9, 9, 9, 9});
  EXPECT_THAT(Fill(dataset, {0}, {AffineMap{1, 0, 1e30, 0, 1, -1e30}}), ElementsAre(0, 0, 0, 0));
}

TEST(Augment, DrawsAreFunctionsOfKeyEpochAndRow) {
  const std::vector<v1::TransformSpec> transforms = {Transform(0.1, 0.2, 15, 1)};
  const auto draw = [&](uint64_t key, uint32_t epoch, uint64_t row) {
    return DrawTrainingMap(transforms, 28, 28, key, epoch, row);
  };
  EXPECT_EQ(draw(1, 2, 3), draw(1, 2, 3));
  EXPECT_NE(draw(1, 2, 3), draw(2, 2, 3));
  EXPECT_NE(draw(1, 2, 3), draw(1, 3, 3));
  EXPECT_NE(draw(1, 2, 3), draw(1, 2, 4));
  EXPECT_NE(draw(1, 2, 3), draw(1, 2, 3 + (uint64_t{1} << 32)));
}

TEST(Augment, AppliesTransformsWithTheirProbability) {
  const std::vector<v1::TransformSpec> transforms = {Transform(0.1, 0.2, 15, 0.3)};
  const AffineMap identity = {1, 0, 0, 0, 1, 0};
  int applied = 0;
  for (uint64_t row = 0; row < 2000; ++row) {
    applied += DrawTrainingMap(transforms, 28, 28, 5, 0, row) != identity;
  }
  EXPECT_NEAR(applied, 600, 80);
  EXPECT_EQ(DrawTrainingMap({}, 28, 28, 5, 0, 0), identity);
}

TEST(Augment, ComposesTransformsInOrder) {
  const std::vector<v1::TransformSpec> both = {Transform(0.2, 0.1, 30, 1), Transform(0.3, 0, 0, 1)};
  const AffineMap first = DrawTrainingMap(std::span(both).first(1), 10, 20, 7, 1, 2);
  const AffineMap all = DrawTrainingMap(both, 10, 20, 7, 1, 2);
  // A pure shift after the first moves where the first map is read: the linear part stays.
  EXPECT_DOUBLE_EQ(all[0], first[0]);
  EXPECT_DOUBLE_EQ(all[3], first[3]);
  EXPECT_NE(all[2], first[2]);
}

TEST(Augment, ViewsAreFixedMaps) {
  v1::View view;
  view.set_identity(true);
  EXPECT_EQ(ViewMap(view, 5, 5), (AffineMap{1, 0, 0, 0, 1, 0}));
  view.set_identity(false);
  view.set_shift_x(0.1);
  view.set_shift_y(-0.2);
  view.set_scale(1.1);
  view.set_rotate_degrees(7);
  EXPECT_EQ(ViewMap(view, 28, 30), ShiftScaleRotateMap(28, 30, 0.1, -0.2, 1.1, 7));
}

}  // namespace
}  // namespace pleat
