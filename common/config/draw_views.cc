#include "common/config/draw_views.h"

#include <utility>

#include "common/base/philox.h"

namespace pleat {
namespace {

v1::View Identity() {
  v1::View view;
  view.set_identity(true);
  view.set_scale(1);
  return view;
}

v1::View DrawFixed(const v1::ShiftScaleRotateViewSpec& limits, RandomStream random) {
  v1::View view;
  view.set_shift_x(random.NextUniform(-limits.shift(), limits.shift()));
  view.set_shift_y(random.NextUniform(-limits.shift(), limits.shift()));
  view.set_scale(random.NextUniform(1 - limits.scale(), 1 + limits.scale()));
  view.set_rotate_degrees(random.NextUniform(-limits.rotate_degrees(), limits.rotate_degrees()));
  return view;
}

v1::AugmentViewSpec AsTransforms(const v1::ShiftScaleRotateViewSpec& limits) {
  v1::AugmentViewSpec augment;
  v1::ShiftScaleRotateSpec& transform = *augment.add_transforms()->mutable_shift_scale_rotate();
  transform.set_shift(limits.shift());
  transform.set_scale(limits.scale());
  transform.set_rotate_degrees(limits.rotate_degrees());
  transform.set_p(1);
  augment.set_repeats(limits.repeats());
  return augment;
}

class ViewsDraw {
 public:
  explicit ViewsDraw(const v1::EnsembleSpec& spec) : spec_(spec) {}

  std::vector<v1::View> Run() {
    for (int place = 0; place < spec_.tta().views_size(); ++place) {
      const v1::ViewSpec& view = spec_.tta().views(place);
      if (view.has_identity()) {
        views_.push_back(Identity());
      } else if (view.has_augment()) {
        AddKeyed(view.augment(), place);
      } else if (spec_.tta().per_row()) {
        AddKeyed(AsTransforms(view.shift_scale_rotate()), place);
      } else {
        AddFixed(view.shift_scale_rotate(), place);
      }
    }
    return std::move(views_);
  }

 private:
  void AddFixed(const v1::ShiftScaleRotateViewSpec& limits, int place) {
    for (uint32_t repeat = 0; repeat < limits.repeats(); ++repeat) {
      views_.push_back(DrawFixed(limits, StreamOf(place, repeat)));
    }
  }

  // The worker draws from the key.
  void AddKeyed(const v1::AugmentViewSpec& augment, int place) {
    for (uint32_t repeat = 0; repeat < augment.repeats(); ++repeat) {
      v1::View& view = views_.emplace_back();
      *view.mutable_transforms() = augment.transforms();
      view.set_key(StreamOf(place, repeat).NextUint64());
      view.set_per_row(spec_.tta().per_row());
    }
  }

  RandomStream StreamOf(int place, uint32_t repeat) const {
    return RandomStream(spec_.seed(), RandomPurpose::kViews, place, repeat);
  }

  const v1::EnsembleSpec& spec_;
  std::vector<v1::View> views_;
};

}  // namespace

std::vector<v1::View> DrawViews(const v1::EnsembleSpec& spec) { return ViewsDraw(spec).Run(); }

}  // namespace pleat
