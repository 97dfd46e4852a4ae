#include "common/config/transform_probability.h"

namespace pleat {

double ProbabilityOf(const v1::TransformSpec& transform) {
  switch (transform.kind_case()) {
    case v1::TransformSpec::kShiftScaleRotate:
      return transform.shift_scale_rotate().p();
    case v1::TransformSpec::kAffine:
      return transform.affine().p();
    case v1::TransformSpec::kGridDistortion:
      return transform.grid_distortion().p();
    case v1::TransformSpec::kElastic:
      return transform.elastic().p();
    case v1::TransformSpec::kBrightness:
      return transform.brightness().p();
    case v1::TransformSpec::kGamma:
      return transform.gamma().p();
    case v1::TransformSpec::kContrast:
      return transform.contrast().p();
    case v1::TransformSpec::kRandomCrop:
      return transform.random_crop().p();
    case v1::TransformSpec::kCutout:
      return transform.cutout().p();
    case v1::TransformSpec::kHorizontalFlip:
      return transform.horizontal_flip().p();
    case v1::TransformSpec::kVerticalFlip:
      return transform.vertical_flip().p();
    case v1::TransformSpec::kOneOf:
      return transform.one_of().p();
    case v1::TransformSpec::KIND_NOT_SET:
      return 0;
  }
  return 0;
}

}  // namespace pleat
