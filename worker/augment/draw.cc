#include "worker/augment/draw.h"

#include <utility>

#include "common/config/transform_probability.h"

namespace pleat {
namespace {

// The place of one of the transforms, with their p as weights; at least one is above 0.
int PickOne(const TransformList& transforms, RandomStream& random) {
  double total = 0;
  for (const v1::TransformSpec& transform : transforms) total += ProbabilityOf(transform);
  double rest = random.NextUniform(0, total);
  int picked = 0;
  for (int i = 0; i < transforms.size(); ++i) {
    if (ProbabilityOf(transforms[i]) == 0) continue;
    picked = i;
    rest -= ProbabilityOf(transforms[i]);
    if (rest < 0) break;
  }
  return picked;
}

// Draws for one image.
class ImageDraw {
 public:
  ImageDraw(const ImageShape& shape, const DrawPosition& position)
      : shape_(shape), position_(position) {}

  void DrawList(const TransformList& transforms, uint64_t key, Chance chance) {
    for (int i = 0; i < transforms.size(); ++i) Draw(transforms[i], MixKeys(key, i), chance);
  }

  DrawnTransforms Take() && { return std::move(drawn_); }

 private:
  void Draw(const v1::TransformSpec& spec, uint64_t key, Chance chance) {
    RandomStream random(key, position_.purpose, position_.epoch,
                        static_cast<uint32_t>(position_.row));
    const bool hits = random.NextDouble() < ProbabilityOf(spec);
    if (chance == Chance::kAsGiven && !hits) return;
    switch (spec.kind_case()) {
      case v1::TransformSpec::kShiftScaleRotate:
        return AddAffine(DrawAffine(spec.shift_scale_rotate(), random));
      case v1::TransformSpec::kAffine:
        return AddAffine(DrawAffine(spec.affine(), random));
      case v1::TransformSpec::kGridDistortion:
        return Add(DrawGridDistortion(spec.grid_distortion(), random));
      case v1::TransformSpec::kElastic:
        return Add(DrawElastic(spec.elastic(), random));
      case v1::TransformSpec::kBrightness:
        return Add(DrawBrightness(spec.brightness(), random));
      case v1::TransformSpec::kGamma:
        return Add(DrawGamma(spec.gamma(), random));
      case v1::TransformSpec::kContrast:
        return Add(DrawContrast(spec.contrast(), random));
      case v1::TransformSpec::kRandomCrop:
        return Add(DrawCrop(spec.random_crop(), shape_, random));
      case v1::TransformSpec::kCutout:
        return Add(DrawCutout(spec.cutout(), shape_, random));
      case v1::TransformSpec::kHorizontalFlip:
        return AddMap(HorizontalMirror(shape_.width));
      case v1::TransformSpec::kVerticalFlip:
        return AddMap(VerticalMirror(shape_.height));
      case v1::TransformSpec::kOneOf: {
        const TransformList& transforms = spec.one_of().transforms();
        if (transforms.empty()) return;
        const int picked = PickOne(transforms, random);
        return Draw(transforms[picked], MixKeys(key, picked), Chance::kAlways);
      }
      case v1::TransformSpec::KIND_NOT_SET:
        return;
    }
  }

  void Add(DrawnTransform transform) { drawn_.push_back(std::move(transform)); }

  void AddAffine(const AffineParameters& parameters) {
    AddMap(InverseMap(parameters, shape_.height, shape_.width));
  }

  void AddMap(const AffineMap& map) {
    if (!drawn_.empty()) {
      if (auto* before = std::get_if<AffineMap>(&drawn_.back())) {
        *before = Compose(*before, map);
        return;
      }
    }
    Add(map);
  }

  const ImageShape& shape_;
  const DrawPosition& position_;
  DrawnTransforms drawn_;
};

}  // namespace

DrawnTransforms DrawTransforms(const TransformList& transforms, const ImageShape& shape,
                               const DrawPosition& position, Chance chance) {
  ImageDraw draw(shape, position);
  // A stream's position has 32 bits for the row; its upper bits go into the key.
  draw.DrawList(transforms, MixKeys(position.key, position.row >> 32), chance);
  return std::move(draw).Take();
}

DrawnTransforms DrawView(const v1::View& view, const ImageShape& shape, uint64_t row) {
  if (view.identity()) return {};
  if (!view.transforms().empty()) {
    const DrawPosition position = {.key = view.key(),
                                   .purpose = RandomPurpose::kViews,
                                   .epoch = 0,
                                   .row = view.per_row() ? row : 0};
    return DrawTransforms(view.transforms(), shape, position, Chance::kAlways);
  }
  const AffineParameters parameters = {.shift_x = view.shift_x(),
                                       .shift_y = view.shift_y(),
                                       .scale = view.scale(),
                                       .rotate_degrees = view.rotate_degrees()};
  return {InverseMap(parameters, shape.height, shape.width)};
}

}  // namespace pleat
