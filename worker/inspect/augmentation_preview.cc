#include "worker/inspect/augmentation_preview.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/config/draw_views.h"
#include "worker/augment/draw.h"
#include "worker/augment/transform_image.h"
#include "worker/inspect/image_sheet.h"
#include "worker/inspect/transform_text.h"

namespace pleat {
namespace {

constexpr size_t kDraws = 8;
constexpr size_t kMostViews = 12;
constexpr int64_t kLargestSide = 128;

// What is done to a row in a column.
using Draw = std::function<DrawnTransforms(size_t column, int64_t row)>;

absl::StatusOr<InspectionImage> DrawGrid(const std::string& file, const PreviewedRows& shown,
                                         size_t columns, const Draw& draw) {
  const ImageShape shape = shown.dataset.shape();
  ImageSheet sheet(shape, {.images = shown.rows.size() * (columns + 1),
                           .columns = columns + 1,
                           .largest_side = kLargestSide,
                           .shows_originals_first = true,
                           .scale = shown.scale});
  // Values from 0 to 255, as the sheet takes them: it shows small ones brightly, and whole numbers
  // would make bands of them.
  ImageTransformer<float> transformer(shape, /*scale=*/1);
  std::vector<float> transformed(static_cast<size_t>(shape.size()));
  for (const int64_t row : shown.rows) {
    const std::span pixels(shown.dataset.row(row), static_cast<size_t>(shape.size()));
    sheet.Add(pixels);
    for (size_t column = 0; column < columns; ++column) {
      transformer.Transform(pixels.data(), draw(column, row), transformed.data());
      sheet.Add(transformed);
    }
  }
  return sheet.Encode(file);
}

class AugmentationPreview {
 public:
  AugmentationPreview(uint64_t key, const PreviewedRows& rows) : key_(key), rows_(rows) {}

  absl::Status AddEach(const TransformList& transforms, const std::string& path,
                       const std::string& file) {
    for (int i = 0; i < transforms.size(); ++i) {
      const v1::TransformSpec& transform = transforms[i];
      const std::string place = absl::StrCat(path, "[", i, "]");
      const std::string name = absl::StrCat(file, "-", i);
      TransformList alone;
      *alone.Add() = transform;
      PLEAT_RETURN_IF_ERROR(Add(TransformName(transform),
                                absl::StrCat(place, ": ", TransformOptions(transform)), name, alone,
                                Chance::kAlways));
      PLEAT_RETURN_IF_ERROR(AddEach(transform.one_of().transforms(),
                                    absl::StrCat(place, ".one_of.transforms"), name));
    }
    return absl::OkStatus();
  }

  absl::Status Add(const std::string& title, const std::string& note, const std::string& file,
                   const TransformList& transforms, Chance chance) {
    const Draw draw = [&](size_t column, int64_t row) {
      return DrawTransforms(
          transforms, rows_.dataset.shape(),
          {.key = key_, .epoch = static_cast<uint32_t>(column), .row = static_cast<uint64_t>(row)},
          chance);
    };
    PreviewGrid grid{.title = title, .note = note};
    PLEAT_ASSIGN_OR_RETURN(grid.image, DrawGrid(absl::StrCat(file, ".png"), rows_, kDraws, draw));
    grids_.push_back(std::move(grid));
    return absl::OkStatus();
  }

  std::vector<PreviewGrid> Take() { return std::move(grids_); }

 private:
  const uint64_t key_;
  const PreviewedRows& rows_;
  std::vector<PreviewGrid> grids_;
};

}  // namespace

absl::StatusOr<std::vector<PreviewGrid>> PreviewAugmentation(const v1::TrainingSpec& training,
                                                             const PreviewedRows& rows) {
  AugmentationPreview preview(training.seed(), rows);
  if (rows.rows.empty()) return preview.Take();
  PLEAT_RETURN_IF_ERROR(
      preview.AddEach(training.augmentation(), "training.augmentation", "augmentation"));
  if (!training.augmentation().empty()) {
    PLEAT_RETURN_IF_ERROR(
        preview.Add("As training sees rows", "the whole list, each transform with its probability",
                    "augmentation-all", training.augmentation(), Chance::kAsGiven));
  }
  return preview.Take();
}

absl::StatusOr<std::vector<PreviewGrid>> PreviewViews(const v1::EnsembleSpec& ensemble,
                                                      const PreviewedRows& rows) {
  std::vector<v1::View> views = DrawViews(ensemble);
  const size_t all = views.size();
  std::erase_if(views, [](const v1::View& view) { return view.identity(); });
  if (views.empty() || rows.rows.empty()) return std::vector<PreviewGrid>();
  PreviewGrid grid{.title = absl::StrFormat("%d views", all),
                   .note = all == views.size() ? "" : "the row as it is among them"};
  if (views.size() > kMostViews) {
    absl::StrAppend(&grid.note, grid.note.empty() ? "" : "; ", "the first ", kMostViews,
                    " others are shown");
    views.resize(kMostViews);
  }
  const Draw draw = [&](size_t column, int64_t row) {
    return DrawView(views[column], rows.dataset.shape(), static_cast<uint64_t>(row));
  };
  PLEAT_ASSIGN_OR_RETURN(grid.image, DrawGrid("views.png", rows, views.size(), draw));
  return std::vector<PreviewGrid>{std::move(grid)};
}

}  // namespace pleat
