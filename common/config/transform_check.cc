#include "common/config/transform_check.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_text.h"
#include "common/config/sweep_parameter.h"
#include "common/config/transform_probability.h"

namespace pleat {
namespace {

using TransformList = google::protobuf::RepeatedPtrField<v1::TransformSpec>;

constexpr char kAugmentation[] = "training.augmentation";

struct ImageSize {
  int64_t height, width;
};

class TransformCheck {
 public:
  // Without `size`, only what can be said of images of any size is.
  TransformCheck(std::optional<ImageSize> size, std::vector<Problem>* problems)
      : size_(size), problems_(problems) {}

  void CheckList(const TransformList& transforms, const std::string& path) {
    for (int i = 0; i < transforms.size(); ++i) {
      Check(transforms[i], ElementPath(path, absl::StrCat(i)));
    }
  }

 private:
  void Check(const v1::TransformSpec& spec, const std::string& path) {
    if (spec.has_gamma()) CheckGamma(spec.gamma(), FieldPath(path, "gamma"));
    if (spec.has_one_of()) CheckOneOf(spec.one_of(), FieldPath(path, "one_of"));
    if (!size_.has_value()) return;
    if (spec.has_random_crop()) CheckCrop(spec.random_crop(), FieldPath(path, "random_crop"));
    if (spec.has_grid_distortion()) {
      CheckGrid(spec.grid_distortion(), FieldPath(path, "grid_distortion"));
    }
  }

  void CheckGamma(const v1::GammaSpec& gamma, const std::string& path) {
    if (gamma.min() <= gamma.max()) return;
    Add(path,
        absl::StrCat("min ", ScalarText(gamma.min()), " is above max ", ScalarText(gamma.max())));
  }

  void CheckOneOf(const v1::OneOfSpec& one_of, const std::string& path) {
    CheckList(one_of.transforms(), FieldPath(path, "transforms"));
    const bool draws_nothing =
        std::all_of(one_of.transforms().begin(), one_of.transforms().end(),
                    [](const auto& transform) { return ProbabilityOf(transform) == 0; });
    // That there are none is told elsewhere.
    if (!draws_nothing || one_of.transforms().empty()) return;
    Add(FieldPath(path, "transforms"), "the p of all of them, their weights, are 0; raise one");
  }

  void CheckCrop(const v1::RandomCropSpec& crop, const std::string& path) {
    CheckWindow(crop.height(), size_->height + 2 * int64_t{crop.padding()},
                FieldPath(path, "height"));
    CheckWindow(crop.width(), size_->width + 2 * int64_t{crop.padding()}, FieldPath(path, "width"));
  }

  void CheckWindow(int64_t length, int64_t padded, const std::string& path) {
    if (length <= padded) return;
    Add(path, absl::StrCat("a window of ", length, " pixels does not fit into the padded image's ",
                           padded, "; lower it or raise padding"));
  }

  void CheckGrid(const v1::GridDistortionSpec& grid, const std::string& path) {
    const int64_t shortest = std::min(size_->height, size_->width);
    if (grid.steps() <= shortest) return;
    Add(FieldPath(path, "steps"), absl::StrCat(grid.steps(), " cells are more than the images' ",
                                               shortest, " pixels; lower it"));
  }

  void Add(const std::string& path, std::string message) {
    problems_->push_back({path, std::move(message)});
  }

  const std::optional<ImageSize> size_;
  std::vector<Problem>* const problems_;
};

std::string ViewPath(int place) {
  return absl::StrCat(ElementPath("ensemble.tta.views", absl::StrCat(place)),
                      ".augment.transforms");
}

}  // namespace

void CheckTransforms(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  TransformCheck check(std::nullopt, problems);
  check.CheckList(spec.training().augmentation(), kAugmentation);
  for (int i = 0; i < spec.ensemble().tta().views_size(); ++i) {
    check.CheckList(spec.ensemble().tta().views(i).augment().transforms(), ViewPath(i));
  }
}

absl::Status CheckTransformsFit(const TransformList& transforms, const std::string& path,
                                int64_t height, int64_t width) {
  std::vector<Problem> problems;
  TransformCheck(ImageSize{height, width}, &problems).CheckList(transforms, path);
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(problems.front().path, ": ", problems.front().message));
}

absl::Status CheckViewsFit(const v1::EnsembleSpec& ensemble, int64_t height, int64_t width) {
  for (int i = 0; i < ensemble.tta().views_size(); ++i) {
    PLEAT_RETURN_IF_ERROR(CheckTransformsFit(ensemble.tta().views(i).augment().transforms(),
                                             ViewPath(i), height, width));
  }
  return absl::OkStatus();
}

bool SearchVariesAugmentation(const v1::SweepSpec& spec) {
  return SearchVaries(spec.search(), kAugmentation);
}

absl::Status CheckAugmentationFits(const v1::SweepSpec& spec, int64_t height, int64_t width) {
  if (SearchVariesAugmentation(spec)) return absl::OkStatus();
  return CheckTransformsFit(spec.training().augmentation(), kAugmentation, height, width);
}

}  // namespace pleat
