#include "common/folds/fold_assignment.h"

#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/folds/group_k_fold.h"
#include "common/folds/k_fold.h"
#include "common/folds/stratified_k_fold.h"

namespace pleat {
namespace {

using Splitter = v1::CrossValidationSpec;

std::optional<uint32_t> ShuffleSeed(const v1::KFoldSpec& spec) {
  return spec.shuffle() ? std::optional(spec.seed()) : std::nullopt;
}

absl::Status CheckGroups(std::span<const int64_t> groups, size_t rows) {
  if (groups.empty()) {
    return absl::InvalidArgumentError(
        "cross_validation.group_k_fold needs groups: say in data.groups which rows belong "
        "together, or choose another splitter");
  }
  if (groups.size() != rows) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", groups.size(), " groups for ", rows, " rows"));
  }
  return absl::OkStatus();
}

absl::Status CheckSizes(size_t rows, uint32_t folds) {
  if (folds < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("cross-validation needs at least 2 folds, not ", folds));
  }
  if (rows < folds) {
    return absl::InvalidArgumentError(absl::StrCat("cannot cut ", rows, " rows into ", folds,
                                                   " folds: use fewer folds or more data"));
  }
  if (rows > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot cut ", rows, " rows into folds: at most 2^32 - 1"));
  }
  return absl::OkStatus();
}

}  // namespace

uint32_t FoldCount(const v1::CrossValidationSpec& spec) {
  switch (spec.splitter_case()) {
    case Splitter::kKFold:
      return spec.k_fold().folds();
    case Splitter::kStratifiedKFold:
      return spec.stratified_k_fold().folds();
    case Splitter::kGroupKFold:
      return spec.group_k_fold().folds();
    case Splitter::SPLITTER_NOT_SET:
      return 0;
  }
  return 0;
}

absl::StatusOr<std::vector<int32_t>> AssignRowsToFolds(const v1::CrossValidationSpec& spec,
                                                       std::span<const int64_t> labels,
                                                       std::span<const int64_t> groups) {
  const uint32_t folds = FoldCount(spec);
  PLEAT_RETURN_IF_ERROR(CheckSizes(labels.size(), folds));
  switch (spec.splitter_case()) {
    case Splitter::kKFold:
      return KFold(static_cast<uint32_t>(labels.size()), folds, ShuffleSeed(spec.k_fold()));
    case Splitter::kStratifiedKFold:
      return StratifiedKFold(labels, folds, ShuffleSeed(spec.stratified_k_fold()));
    case Splitter::kGroupKFold:
      PLEAT_RETURN_IF_ERROR(CheckGroups(groups, labels.size()));
      return GroupKFold(groups, folds);
    case Splitter::SPLITTER_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("cross_validation names no splitter");
}

}  // namespace pleat
