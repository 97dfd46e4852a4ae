#include "worker/data/match_training.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/class_names.h"

namespace pleat {
namespace {

absl::Status CheckShape(const std::string& set, const Dataset& dataset, const Dataset& train) {
  if (dataset.height == train.height && dataset.width == train.width &&
      dataset.channels == train.channels) {
    return absl::OkStatus();
  }
  const char* hint =
      dataset.channels != train.channels ? " (image_folder.channels makes images grey or rgb)" : "";
  return absl::InvalidArgumentError(
      absl::StrCat(set, " has images of ", dataset.height, "x", dataset.width, "x",
                   dataset.channels, " but data.train of ", train.height, "x", train.width, "x",
                   train.channels, "; all sets of a sweep must have one shape", hint));
}

absl::Status CheckLabels(const std::string& set, const Dataset& dataset, uint32_t classes) {
  const auto largest = std::max_element(dataset.labels.begin(), dataset.labels.end());
  if (largest == dataset.labels.end() || *largest < int64_t{classes}) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(set, ": row ", largest - dataset.labels.begin(),
                                                 " has the label ", *largest, ", but there are ",
                                                 classes, " classes (labels 0 to ", classes - 1,
                                                 "); correct the file or data.classes"));
}

}  // namespace

absl::Status MatchTraining(const std::string& set, const Dataset& train, uint32_t classes,
                           Dataset& dataset) {
  PLEAT_RETURN_IF_ERROR(CheckShape(set, dataset, train));
  PLEAT_RETURN_IF_ERROR(Annotate(MatchClasses(train.class_names, dataset), set));
  return CheckLabels(set, dataset, classes);
}

absl::Status CheckLabelled(const std::string& set, const Dataset& dataset) {
  if (!dataset.labels.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      set,
      " has no labels; name its labels (idx.labels or csv.label_column), or put its images "
      "into a folder per class"));
}

}  // namespace pleat
