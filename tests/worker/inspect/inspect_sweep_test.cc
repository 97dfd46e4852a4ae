#include "worker/inspect/inspect_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/inspected_settings.h"
#include "worker/inspect/inspection_html.h"

namespace pleat {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

v1::SweepSpec DigitsSpec() {
  v1::SweepSpec spec;
  spec.set_name("digits");
  v1::SyntheticDigitsSource& train =
      *spec.mutable_data()->mutable_train()->mutable_synthetic_digits();
  train.set_samples(120);
  train.set_writers(6);
  train.set_seed(1);
  train.set_size(16);
  // The same rows again.
  *spec.mutable_data()->mutable_test() = spec.data().train();
  spec.mutable_training()->add_augmentation()->mutable_gamma()->set_min(0.5);
  spec.mutable_training()->mutable_augmentation(0)->mutable_gamma()->set_max(2);
  return spec;
}

TEST(InspectSweep, LooksAtEverySplit) {
  const Inspection inspection = InspectSweep(DigitsSpec()).value();
  ASSERT_THAT(inspection.splits, SizeIs(2));
  EXPECT_EQ(inspection.splits[0].rows, 120u);
  EXPECT_THAT(inspection.class_names, SizeIs(10));
  ASSERT_THAT(inspection.images, SizeIs(2));
  EXPECT_THAT(inspection.images[0].classes, SizeIs(10));
  EXPECT_EQ(inspection.duplicates.rows[1][0], 120u);
  EXPECT_THAT(inspection.shown_duplicates, SizeIs(24));
  EXPECT_THAT(inspection.augmentation, SizeIs(2));
  EXPECT_EQ(inspection.settings_sha256, InspectedSettingsSha256(DigitsSpec()));
  EXPECT_THAT(inspection.findings, Contains("120 rows of test are also in train"));
}

TEST(InspectSweep, IsTheSameEachTime) {
  EXPECT_EQ(InspectionHtml(InspectSweep(DigitsSpec()).value()),
            InspectionHtml(InspectSweep(DigitsSpec()).value()));
}

TEST(InspectSweep, SaysThatTheScaleIsWrongWhereItMatters) {
  v1::SweepSpec spec = DigitsSpec();
  spec.mutable_data()->set_scale(16);
  EXPECT_THAT(InspectSweep(spec).value().findings, Contains(HasSubstr("data.scale")));
  spec.mutable_training()->mutable_normalization()->mutable_standard();
  EXPECT_THAT(InspectSweep(spec).value().findings, Not(Contains(HasSubstr("data.scale"))));
}

TEST(InspectSweep, RefusesTransformsThatDoNotFit) {
  v1::SweepSpec spec = DigitsSpec();
  spec.mutable_training()->mutable_augmentation(0)->mutable_random_crop()->set_height(40);
  const absl::Status status = InspectSweep(spec).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("training.augmentation[0].random_crop"));
  (*spec.mutable_search()->add_parameters()).set_key("training.augmentation[0].random_crop.height");
  const Inspection inspection = InspectSweep(spec).value();
  EXPECT_THAT(inspection.augmentation, SizeIs(0));
  EXPECT_THAT(inspection.preview_note, HasSubstr("The search varies the augmentation"));
}

TEST(InspectSweep, SaysWhatIsWrongWithTheData) {
  v1::SweepSpec spec = DigitsSpec();
  spec.mutable_data()->mutable_test()->mutable_synthetic_digits()->set_size(20);
  EXPECT_THAT(std::string(InspectSweep(spec).status().message()),
              HasSubstr("data.test has images of 20x20x1"));
}

}  // namespace
}  // namespace pleat
