#include "worker/inspect/augmentation_preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/worker/data/striped_dataset.h"
#include "worker/data/png_decoder.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(AugmentationPreview, HasAGridForEachTransform) {
  v1::TrainingSpec training;
  training.add_augmentation()->mutable_horizontal_flip()->set_p(0);
  v1::OneOfSpec& one_of = *training.add_augmentation()->mutable_one_of();
  one_of.set_p(1);
  one_of.add_transforms()->mutable_vertical_flip()->set_p(1);
  const Dataset dataset = StripedDataset(4, 8, 8, 1);
  const auto grids = PreviewAugmentation(training, {dataset, {1, 3}}).value();
  ASSERT_EQ(grids.size(), 4u);
  EXPECT_EQ(grids[0].title, "horizontal_flip");
  EXPECT_EQ(grids[0].image.file, "augmentation-0.png");
  EXPECT_EQ(grids[1].title, "one_of");
  EXPECT_EQ(grids[2].title, "vertical_flip");
  EXPECT_THAT(grids[2].note, HasSubstr("training.augmentation[1].one_of.transforms[0]"));
  EXPECT_EQ(grids[3].image.file, "augmentation-all.png");
  // One of one: the same flips.
  EXPECT_EQ(grids[1].image.png, grids[2].image.png);
  EXPECT_NE(grids[0].image.png, grids[3].image.png) << "alone it is applied whatever its p";
}

TEST(AugmentationPreview, IsEmptyWithoutTransforms) {
  const Dataset dataset = StripedDataset(4, 8, 8, 1);
  EXPECT_THAT(PreviewAugmentation({}, {dataset, {1}}).value(), IsEmpty());
  v1::EnsembleSpec ensemble;
  EXPECT_THAT(PreviewViews(ensemble, {dataset, {1}}).value(), IsEmpty());
  ensemble.mutable_tta()->add_views()->mutable_identity();
  EXPECT_THAT(PreviewViews(ensemble, {dataset, {1}}).value(), IsEmpty());
}

TEST(AugmentationPreview, ShowsViews) {
  v1::EnsembleSpec ensemble;
  ensemble.mutable_tta()->add_views()->mutable_identity();
  v1::AugmentViewSpec& augment = *ensemble.mutable_tta()->add_views()->mutable_augment();
  augment.add_transforms()->mutable_horizontal_flip()->set_p(1);
  augment.set_repeats(20);
  const Dataset dataset = StripedDataset(4, 64, 64, 3);
  const auto grids = PreviewViews(ensemble, {dataset, {2}}).value();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(grids[0].title, "21 views");
  EXPECT_THAT(grids[0].note, HasSubstr("the first 12 others"));
  EXPECT_EQ(grids[0].image.width, 13 * 64 + 12 + 11 * 3);
}

TEST(AugmentationPreview, ShowsValuesBetweenThoseOfBytes) {
  // Whole numbers from 0 to 16 are shown as multiples of 16.
  Dataset dataset = StripedDataset(1, 64, 64, 1);
  for (uint8_t& value : dataset.pixels) value %= 17;
  v1::EnsembleSpec ensemble;
  v1::ShiftScaleRotateViewSpec& turned =
      *ensemble.mutable_tta()->add_views()->mutable_shift_scale_rotate();
  turned.set_rotate_degrees(20);
  turned.set_repeats(1);
  const auto grids = PreviewViews(ensemble, {dataset, {0}, 16}).value();
  const PngImage png = DecodePng(grids.at(0).image.png).value();
  std::set<uint8_t> original, shown;
  for (int64_t y = 0; y < 64; ++y) {
    const auto line = png.samples.begin() + y * png.width;
    original.insert(line, line + 64);
    shown.insert(line + 64 + 12, line + png.width);
  }
  EXPECT_EQ(original.size(), 17u);
  EXPECT_GT(shown.size(), 100u);
}

}  // namespace
}  // namespace pleat
