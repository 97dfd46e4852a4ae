// Sweeps whose transforms the images cannot take.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "common/config/defaults.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// Images of 28 x 20 pixels. Nothing is cut or trained for a sweep that cannot take them.
class MisfitTest : public testing::Test {
 protected:
  MisfitTest() { core.Register("w1"); }

  // How the sweep ended once its data were prepared.
  v1::SweepEnded EndOf(const v1::SweepSpec& spec) {
    EXPECT_TRUE(core.Submit(spec).ok());
    const v1::Lease lease = core.Acquire("w1").lease();
    v1::TaskResult result = SampleResult(lease);
    for (v1::DatasetInfo& dataset : *result.mutable_prepare_data()->mutable_datasets()) {
      dataset.set_height(28);
      dataset.set_width(20);
    }
    v1::CompleteTaskRequest request;
    request.set_request_id(core.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    *request.mutable_result() = std::move(result);
    EXPECT_TRUE(core.Ask(request).status.ok());
    return core.sweep("a").ended.value_or(v1::SweepEnded());
  }

  static v1::SweepSpec SweepWithGrid(uint32_t steps) {
    v1::SweepSpec spec = SmallSweep("a", 1, 2);
    spec.mutable_training()->add_augmentation()->mutable_grid_distortion()->set_steps(steps);
    FillDefaults(&spec);
    return spec;
  }

  CoreHarness core;
};

TEST_F(MisfitTest, OfAugmentationEndsTheSweepBeforeFoldsAreCut) {
  const v1::SweepEnded ended = EndOf(SweepWithGrid(21));
  EXPECT_EQ(ended.state(), v1::SWEEP_STATE_FAILED);
  EXPECT_EQ(ended.failure(), v1::FAILURE_KIND_CONFIG);
  EXPECT_EQ(ended.reason(),
            "the configuration does not fit the images: "
            "training.augmentation[0].grid_distortion.steps: 21 cells are more than the images' 20 "
            "pixels; lower it");
  EXPECT_TRUE(core.effects.empty());
  core.Restart();
  EXPECT_TRUE(core.effects.empty());
}

TEST_F(MisfitTest, OfViewsEndsTheSweepBeforeFoldsAreCut) {
  const v1::SweepEnded ended = EndOf(SmallSweep(
      "a", 1, 2,
      "ensemble: {tta: {views: [augment: {transforms: [random_crop: {height: 29}]}]}}\n"));
  EXPECT_EQ(ended.failure(), v1::FAILURE_KIND_CONFIG);
  EXPECT_THAT(
      ended.reason(),
      HasSubstr("does not fit the images: "
                "ensemble.tta.views[0].augment.transforms[0].random_crop.height: a window"));
}

TEST_F(MisfitTest, IsNoneWhereTheTransformsCanBeTaken) {
  EXPECT_EQ(EndOf(SweepWithGrid(20)).reason(), "");
  EXPECT_EQ(core.effects.size(), 1u);
}

}  // namespace
}  // namespace pleat
