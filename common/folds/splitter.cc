#include "common/folds/splitter.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/numpy_random.h"
#include "common/base/status_macros.h"
#include "common/folds/group_k_fold.h"
#include "common/folds/k_fold.h"
#include "common/folds/leave_one_group_out.h"
#include "common/folds/predefined_split.h"
#include "common/folds/repeated_split.h"
#include "common/folds/split_checks.h"
#include "common/folds/stratified_group_k_fold.h"
#include "common/folds/stratified_k_fold.h"

namespace pleat {
namespace {

using Splitter = v1::CrossValidationSpec;

// The draws of a splitter, if it shuffles.
class Shuffle {
 public:
  explicit Shuffle(const v1::KFoldSpec& spec) {
    if (spec.shuffle()) random_.emplace(spec.seed());
  }
  NumpyRandomState* random() { return random_ ? &*random_ : nullptr; }

 private:
  std::optional<NumpyRandomState> random_;
};

absl::StatusOr<FoldAssignment> Once(absl::StatusOr<std::vector<int32_t>> fold_of_row) {
  PLEAT_RETURN_IF_ERROR(fold_of_row.status());
  return FoldAssignment{.repeats = 1, .fold_of_row = *std::move(fold_of_row)};
}

// Folds of each repeat; 0 if only the data can tell.
uint32_t FoldsPerRepeat(const v1::CrossValidationSpec& spec) {
  switch (spec.splitter_case()) {
    case Splitter::kKFold:
      return spec.k_fold().folds();
    case Splitter::kStratifiedKFold:
      return spec.stratified_k_fold().folds();
    case Splitter::kGroupKFold:
      return spec.group_k_fold().folds();
    case Splitter::kStratifiedGroupKFold:
      return spec.stratified_group_k_fold().folds();
    case Splitter::kRepeatedKFold:
      return spec.repeated_k_fold().folds();
    case Splitter::kRepeatedStratifiedKFold:
      return spec.repeated_stratified_k_fold().folds();
    case Splitter::kLeaveOneGroupOut:
    case Splitter::kPredefined:
    case Splitter::SPLITTER_NOT_SET:
      return 0;
  }
  return 0;
}

absl::Status CheckRows(const v1::CrossValidationSpec& spec, const RowsToSplit& rows) {
  if (!spec.has_leave_one_group_out() && !spec.has_predefined()) {
    PLEAT_RETURN_IF_ERROR(CheckRowCount(rows.labels.size(), FoldsPerRepeat(spec)));
    PLEAT_RETURN_IF_ERROR(CheckFoldCount(FoldCount(spec)));
  }
  if (NeedsGroups(spec)) {
    PLEAT_RETURN_IF_ERROR(CheckGroups(rows.groups, rows.labels.size()));
  }
  if (!spec.has_predefined() || rows.predefined.size() == rows.labels.size()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("cross_validation.predefined gives ",
                                                 rows.predefined.size(), " folds for ",
                                                 rows.labels.size(), " rows"));
}

absl::StatusOr<FoldAssignment> Split(const v1::CrossValidationSpec& spec, const RowsToSplit& rows) {
  const auto row_count = static_cast<uint32_t>(rows.labels.size());
  switch (spec.splitter_case()) {
    case Splitter::kKFold:
      return Once(KFold(row_count, spec.k_fold().folds(), Shuffle(spec.k_fold()).random()));
    case Splitter::kStratifiedKFold:
      return Once(StratifiedKFold(rows.labels, spec.stratified_k_fold().folds(),
                                  Shuffle(spec.stratified_k_fold()).random()));
    case Splitter::kGroupKFold:
      return Once(GroupKFold(rows.groups, spec.group_k_fold().folds()));
    case Splitter::kStratifiedGroupKFold:
      return Once(StratifiedGroupKFold(rows.labels, rows.groups,
                                       spec.stratified_group_k_fold().folds(),
                                       Shuffle(spec.stratified_group_k_fold()).random()));
    case Splitter::kRepeatedKFold:
      return RepeatSplit(spec.repeated_k_fold(), [&](NumpyRandomState& random) {
        return KFold(row_count, spec.repeated_k_fold().folds(), &random);
      });
    case Splitter::kRepeatedStratifiedKFold:
      return RepeatSplit(spec.repeated_stratified_k_fold(), [&](NumpyRandomState& random) {
        return StratifiedKFold(rows.labels, spec.repeated_stratified_k_fold().folds(), &random);
      });
    case Splitter::kLeaveOneGroupOut:
      return Once(LeaveOneGroupOut(rows.groups));
    case Splitter::kPredefined:
      return Once(PredefinedSplit(rows.predefined));
    case Splitter::SPLITTER_NOT_SET:
      break;
  }
  return absl::InternalError("a splitter that cannot be cut by");
}

}  // namespace

v1::RepeatedKFoldSpec* FindRepeats(v1::CrossValidationSpec* spec) {
  if (spec->has_repeated_k_fold()) return spec->mutable_repeated_k_fold();
  if (spec->has_repeated_stratified_k_fold()) return spec->mutable_repeated_stratified_k_fold();
  return nullptr;
}

uint32_t RepeatCount(const v1::CrossValidationSpec& spec) {
  if (spec.has_repeated_k_fold()) return spec.repeated_k_fold().repeats();
  if (spec.has_repeated_stratified_k_fold()) return spec.repeated_stratified_k_fold().repeats();
  return 1;
}

uint32_t FoldCount(const v1::CrossValidationSpec& spec) {
  return FoldsPerRepeat(spec) * RepeatCount(spec);
}

bool NeedsGroups(const v1::CrossValidationSpec& spec) {
  return spec.has_group_k_fold() || spec.has_stratified_group_k_fold() ||
         spec.has_leave_one_group_out();
}

absl::StatusOr<FoldAssignment> AssignRowsToFolds(const v1::CrossValidationSpec& spec,
                                                 const RowsToSplit& rows) {
  if (spec.splitter_case() == Splitter::SPLITTER_NOT_SET) {
    return absl::InvalidArgumentError("cross_validation names no splitter");
  }
  PLEAT_RETURN_IF_ERROR(CheckRows(spec, rows));
  PLEAT_ASSIGN_OR_RETURN(FoldAssignment folds, Split(spec, rows));
  PLEAT_RETURN_IF_ERROR(CheckFolds(folds));
  return folds;
}

}  // namespace pleat
