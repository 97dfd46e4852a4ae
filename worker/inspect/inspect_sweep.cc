#include "worker/inspect/inspect_sweep.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/divide_up.h"
#include "common/base/status_macros.h"
#include "common/config/inspected_settings.h"
#include "common/config/transform_check.h"
#include "worker/data/class_names.h"
#include "worker/data/sweep_data.h"
#include "worker/inspect/augmentation_preview.h"
#include "worker/inspect/findings.h"
#include "worker/inspect/image_sheet.h"
#include "worker/inspect/mean_image.h"
#include "worker/inspect/row_samples.h"

namespace pleat {
namespace {

constexpr size_t kMostShownClasses = 40;  // of a split
constexpr size_t kMostSamples = 10;       // of a class
constexpr size_t kFewestSamples = 3;
constexpr size_t kSampleBudget = 600;  // of a page, so that photos do not make it huge
constexpr size_t kUnlabelledSamples = 30;
constexpr size_t kShownDuplicates = 24;
constexpr size_t kPreviewRows = 5;

std::span<const uint8_t> RowPixels(const Dataset& dataset, int64_t row) {
  return {dataset.row(row), static_cast<size_t>(dataset.shape().size())};
}

// Rows side by side.
absl::StatusOr<InspectionImage> RowSheet(const std::string& file, const Dataset& dataset,
                                         const std::vector<int64_t>& rows, double scale) {
  ImageSheet sheet(dataset.shape(),
                   {.images = rows.size(), .columns = kMostSamples, .scale = scale});
  for (const int64_t row : rows) sheet.Add(RowPixels(dataset, row));
  return sheet.Encode(file);
}

absl::StatusOr<InspectionImage> MeanSheet(const std::string& file, const Dataset& dataset,
                                          int64_t label, double scale) {
  ImageSheet sheet(dataset.shape(), {.scale = scale});
  sheet.Add(MeanImage(dataset, label));
  return sheet.Encode(file);
}

// Samples and means of a split's classes.
absl::StatusOr<SplitImages> ShowSplit(const std::string& split, const Dataset& dataset,
                                      const SweepData& data, size_t samples_per_class) {
  SplitImages shown{.split = split};
  const bool is_labelled = !dataset.labels.empty();
  const size_t most = is_labelled ? samples_per_class : kUnlabelledSamples;
  const std::vector<std::vector<int64_t>> samples = SampleRows(dataset, data.classes, most);
  for (size_t label = 0; label < samples.size(); ++label) {
    if (samples[label].empty()) continue;
    if (shown.classes.size() == kMostShownClasses) {
      ++shown.left_out;
      continue;
    }
    const std::string name =
        is_labelled ? absl::StrCat(split, "-class-", label) : absl::StrCat(split, "-rows");
    ClassImages& images = shown.classes.emplace_back();
    if (is_labelled) images.label = static_cast<int64_t>(label);
    PLEAT_ASSIGN_OR_RETURN(images.mean, MeanSheet(absl::StrCat(name, "-mean.png"), dataset,
                                                  static_cast<int64_t>(label), data.scale));
    PLEAT_ASSIGN_OR_RETURN(images.samples, RowSheet(absl::StrCat(name, "-samples.png"), dataset,
                                                    samples[label], data.scale));
  }
  return shown;
}

size_t SamplesPerClass(const SweepData& data) {
  const size_t lanes = data.splits.size() * std::min<size_t>(data.classes, kMostShownClasses);
  return std::clamp(kSampleBudget / lanes, kFewestSamples, kMostSamples);
}

absl::Status ShowDuplicates(const SweepData& data, Inspection& inspection) {
  for (const size_t place : MostTelling(inspection.duplicates, kShownDuplicates)) {
    const DuplicateSet& set = inspection.duplicates.sets[place];
    const Dataset& dataset = data.splits[set.rows.front().split].second;
    DuplicateImage shown{.rows = set};
    PLEAT_ASSIGN_OR_RETURN(
        shown.image,
        RowSheet(absl::StrCat("duplicate-", inspection.shown_duplicates.size(), ".png"), dataset,
                 {set.rows.front().row}, data.scale));
    inspection.shown_duplicates.push_back(std::move(shown));
  }
  return absl::OkStatus();
}

// One row of each of some classes, spread over them, so that a grid has kPreviewRows lines if there
// are as many rows.
std::vector<int64_t> PreviewRows(const Dataset& dataset, uint32_t classes) {
  std::vector<std::vector<int64_t>> samples = SampleRows(dataset, classes, kPreviewRows);
  std::erase_if(samples, [](const auto& rows) { return rows.empty(); });
  std::vector<int64_t> rows;
  for (size_t turn = 0; turn < kPreviewRows; ++turn) {
    for (size_t i = 0; i < samples.size() && rows.size() < kPreviewRows; ++i) {
      // Classes that are far from each other first: 0, 2, 4, … of ten.
      const size_t stride = std::max<size_t>(1, samples.size() / kPreviewRows);
      const std::vector<int64_t>& of_class = samples[i * stride % samples.size()];
      const bool is_taken = turn >= of_class.size() || std::ranges::count(rows, of_class[turn]) > 0;
      if (!is_taken) rows.push_back(of_class[turn]);
    }
  }
  return rows;
}

absl::Status ShowTransforms(const v1::SweepSpec& spec, const SweepData& data,
                            Inspection& inspection) {
  const Dataset& train = *data.find("train");
  PLEAT_RETURN_IF_ERROR(CheckAugmentationFits(spec, train.height, train.width));
  PLEAT_RETURN_IF_ERROR(CheckViewsFit(spec.ensemble(), train.height, train.width));
  std::vector<std::string> notes;
  const absl::Status fits = CheckTransformsFit(spec.training().augmentation(),
                                               "training.augmentation", train.height, train.width);
  if (SearchVariesAugmentation(spec)) {
    notes.push_back(fits.ok() ? "The search varies the augmentation; shown is what the sweep says "
                                "without it."
                              : absl::StrCat("The search varies the augmentation; without it, ",
                                             std::string(fits.message()), "."));
  }
  if (spec.training().has_mixup()) notes.push_back("Blends of two rows (mixup) are not shown.");
  for (const std::string& note : notes) {
    absl::StrAppend(&inspection.preview_note, inspection.preview_note.empty() ? "" : " ", note);
  }
  if (fits.ok()) {
    PLEAT_ASSIGN_OR_RETURN(
        inspection.augmentation,
        PreviewAugmentation(spec.training(),
                            {train, PreviewRows(train, data.classes), data.scale}));
  }
  const Dataset* test = data.find("test");
  const Dataset& viewed = test != nullptr ? *test : train;
  PLEAT_ASSIGN_OR_RETURN(
      inspection.views,
      PreviewViews(spec.ensemble(), {viewed, PreviewRows(viewed, data.classes), data.scale}));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Inspection> InspectSweep(const v1::SweepSpec& spec) {
  PLEAT_ASSIGN_OR_RETURN(const SweepData data,
                         ReadSweepData(spec.data(), spec.cross_validation().predefined()));
  const Dataset& train = *data.find("train");
  Inspection inspection{.name = spec.name(),
                        .shape = train.shape(),
                        .scale = data.scale,
                        .scale_matters = !spec.training().normalization().has_standard(),
                        .settings_sha256 = InspectedSettingsSha256(spec)};
  for (uint32_t label = 0; label < data.classes; ++label) {
    inspection.class_names.push_back(ClassName(train.class_names, label));
  }
  for (const auto& [split, dataset] : data.splits) {
    inspection.splits.push_back(CountSplit(split, dataset, data.classes));
    inspection.sha256.emplace_back(split, dataset.sha256);
    PLEAT_ASSIGN_OR_RETURN(SplitImages images,
                           ShowSplit(split, dataset, data, SamplesPerClass(data)));
    inspection.images.push_back(std::move(images));
  }
  PLEAT_ASSIGN_OR_RETURN(inspection.duplicates, FindDuplicates(data.splits));
  PLEAT_RETURN_IF_ERROR(ShowDuplicates(data, inspection));
  PLEAT_RETURN_IF_ERROR(ShowTransforms(spec, data, inspection));
  inspection.findings = FindingsOf(inspection);
  return inspection;
}

}  // namespace pleat
