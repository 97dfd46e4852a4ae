#include "common/config/transform_check.h"

#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

std::string WithAugmentation(const std::string& transforms) {
  return SmallSweep("training:\n  augmentation:\n" + transforms);
}

TEST(TransformCheck, AcceptsEveryKind) {
  EXPECT_EQ(DiagnosticsOf(WithAugmentation(
                "    - affine: {shear_degrees: 20}\n"
                "    - one_of: {transforms: [gamma, one_of: {transforms: [elastic]}]}\n"
                "    - grid_distortion\n    - brightness\n    - contrast\n    - random_crop\n"
                "    - cutout\n    - horizontal_flip\n    - vertical_flip: {p: 0.1}\n")),
            "");
}

TEST(TransformCheck, AcceptsTheKannadaNotebooksTransforms) {
  EXPECT_EQ(DiagnosticsOf(WithAugmentation(
                "    - shift_scale_rotate: {shift: 0.15, scale: 0.2, rotate_degrees: 15, p: 0.5}\n"
                "    - grid_distortion\n"
                "    - one_of: {transforms: [brightness: {limit: 10}, gamma: {min: 0.8, max: 1.2}, "
                "contrast: {limit: 1.5}]}\n"
                "    - random_crop: {height: 24, width: 24}\n")),
            "");
}

TEST(TransformCheck, RefusesAnEmptyRangeOfGammaAtAnyDepth) {
  EXPECT_EQ(DiagnosticsOf(
                WithAugmentation("    - gamma: {min: 0.9, max: 0.5}\n"
                                 "    - one_of: {transforms: [brightness, gamma: {min: 2}]}\n")),
            "sweep.yaml:5:14: training.augmentation[0].gamma: min 0.9 is above max 0.5\n"
            "sweep.yaml:6:48: training.augmentation[1].one_of.transforms[1].gamma: min 2 is above "
            "max 1.2");
  EXPECT_EQ(
      DiagnosticsOf(SmallSweep(
          "ensemble: {tta: {views: [identity, augment: {transforms: [gamma: {max: 0.1}]}]}}\n")),
      "sweep.yaml:3:66: ensemble.tta.views[1].augment.transforms[0].gamma: min 0.8 is above "
      "max 0.1");
}

TEST(TransformCheck, RefusesAOneOfThatDrawsNothing) {
  EXPECT_EQ(DiagnosticsOf(WithAugmentation("    - one_of: {transforms: [gamma: {p: 0}]}\n")),
            "sweep.yaml:5:28: training.augmentation[0].one_of.transforms: the p of all of them, "
            "their weights, are 0; raise one");
  EXPECT_EQ(DiagnosticsOf(WithAugmentation("    - one_of: {transforms: []}\n")),
            "sweep.yaml:5:28: training.augmentation[0].one_of.transforms: needs at least one "
            "element");
}

TEST(TransformCheck, TransformsMayBeSearched) {
  EXPECT_EQ(DiagnosticsOf(WithAugmentation("    - affine\n    - one_of: {transforms: [gamma]}\n") +
                          "search:\n  parameters:\n"
                          "    training.augmentation[0].affine.shear_degrees: {values: [0, 20]}\n"
                          "    training.augmentation[1].one_of.transforms[0].gamma.p: "
                          "{values: [0.1, 1]}\n"),
            "");
  EXPECT_EQ(DiagnosticsOf(WithAugmentation("    - affine\n") +
                          "search:\n  parameters:\n"
                          "    training.augmentation[0].affine.shear_degrees: {values: [0, 90]}\n"),
            "sweep.yaml:8:65: search.parameters[training.augmentation[0].affine.shear_degrees]"
            ".values[1]: 90 is out of range: it must be from 0 to 80 (degrees)");
}

std::string FitError(const std::string& transforms) {
  const SweepReading reading = ReadText(WithAugmentation(transforms));
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  return std::string(
      CheckTransformsFit(reading.spec.training().augmentation(), "augmentation", 28, 20).message());
}

TEST(TransformCheck, KnowsWhatImagesOfASizeCanTake) {
  EXPECT_EQ(FitError("    - random_crop: {height: 30, width: 22, padding: 1}\n"), "");
  EXPECT_EQ(FitError("    - cutout\n    - random_crop: {height: 24, width: 24, padding: 1}\n"),
            "augmentation[1].random_crop.width: a window of 24 pixels does not fit into the padded "
            "image's 22; lower it or raise padding");
  EXPECT_EQ(FitError("    - one_of: {transforms: [grid_distortion: {steps: 21}]}\n"),
            "augmentation[0].one_of.transforms[0].grid_distortion.steps: 21 cells are more than "
            "the images' 20 pixels; lower it");
}

TEST(TransformCheck, SaysOnceMoreWhatTheSearchMayHaveMade) {
  SweepReading reading = ReadText(WithAugmentation("    - gamma\n"));
  reading.spec.mutable_training()->mutable_augmentation(0)->mutable_gamma()->set_max(0.5);
  EXPECT_EQ(CheckTransformsFit(reading.spec.training().augmentation(), "augmentation", 28, 28),
            absl::InvalidArgumentError("augmentation[0].gamma: min 0.8 is above max 0.5"));
}

TEST(TransformCheck, LeavesWhatTheSearchVariesToTheTrials) {
  const std::string crop = "    - random_crop: {height: 29}\n";
  const std::string search =
      "search:\n  parameters:\n"
      "    training.augmentation[0].random_crop.height: {values: [9, 29]}\n";
  EXPECT_TRUE(CheckAugmentationFits(ReadText(WithAugmentation(crop)).spec, 29, 20).ok());
  EXPECT_EQ(CheckAugmentationFits(ReadText(WithAugmentation(crop)).spec, 28, 20),
            absl::InvalidArgumentError("training.augmentation[0].random_crop.height: a window of "
                                       "29 pixels does not fit into the padded image's 28; lower "
                                       "it or raise padding"));
  const SweepReading searched = ReadText(WithAugmentation(crop) + search);
  EXPECT_EQ(FormatDiagnostics(searched.diagnostics), "");
  EXPECT_TRUE(CheckAugmentationFits(searched.spec, 28, 20).ok());
}

TEST(TransformCheck, LooksAtEveryView) {
  const SweepReading reading =
      ReadText(SmallSweep("ensemble: {tta: {views: [identity, augment: {transforms: [random_crop: "
                          "{height: 29}]}]}}\n"));
  EXPECT_TRUE(CheckViewsFit(reading.spec.ensemble(), 29, 20).ok());
  EXPECT_EQ(CheckViewsFit(reading.spec.ensemble(), 28, 20),
            absl::InvalidArgumentError(
                "ensemble.tta.views[1].augment.transforms[0].random_crop.height: a window of 29 "
                "pixels does not fit into the padded image's 28; lower it or raise padding"));
}

}  // namespace
}  // namespace pleat
