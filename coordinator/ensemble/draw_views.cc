#include "coordinator/ensemble/draw_views.h"

#include "common/base/philox.h"

namespace pleat {
namespace {

v1::View Identity() {
  v1::View view;
  view.set_identity(true);
  view.set_scale(1);
  return view;
}

v1::View Draw(const v1::ShiftScaleRotateViewSpec& limits, RandomStream random) {
  v1::View view;
  view.set_shift_x(random.NextUniform(-limits.shift(), limits.shift()));
  view.set_shift_y(random.NextUniform(-limits.shift(), limits.shift()));
  view.set_scale(random.NextUniform(1 - limits.scale(), 1 + limits.scale()));
  view.set_rotate_degrees(random.NextUniform(-limits.rotate_degrees(), limits.rotate_degrees()));
  return view;
}

}  // namespace

std::vector<v1::View> DrawViews(const v1::EnsembleSpec& spec) {
  std::vector<v1::View> views;
  for (int place = 0; place < spec.tta().views_size(); ++place) {
    const v1::ViewSpec& view = spec.tta().views(place);
    if (view.has_identity()) {
      views.push_back(Identity());
      continue;
    }
    const v1::ShiftScaleRotateViewSpec& limits = view.shift_scale_rotate();
    for (uint32_t repeat = 0; repeat < limits.repeats(); ++repeat) {
      views.push_back(
          Draw(limits, RandomStream(spec.seed(), RandomPurpose::kViews, place, repeat)));
    }
  }
  return views;
}

}  // namespace pleat
