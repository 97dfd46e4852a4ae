#include "common/folds/folds_file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/store/npy.h"

namespace pleat {

std::string EncodeFolds(const FoldAssignment& folds) {
  std::vector<uint64_t> shape = {folds.rows()};
  if (folds.repeats > 1) shape.push_back(folds.repeats);
  return EncodeNpy<int32_t>(shape, folds.fold_of_row);
}

absl::StatusOr<FoldAssignment> ReadFolds(const Store& store, const v1::Artifact& artifact,
                                         uint64_t rows) {
  PLEAT_ASSIGN_OR_RETURN(const std::string bytes, store.Read(artifact));
  absl::StatusOr<NpyArray<int32_t>> array = DecodeNpy<int32_t>(bytes);
  if (!array.ok()) {
    return absl::DataLossError(absl::StrCat(artifact.path(), ": ", array.status().message()));
  }
  const std::vector<uint64_t>& shape = array->shape;
  const bool fits = !shape.empty() && shape.size() <= 2 && shape[0] == rows &&
                    (shape.size() == 1 || (shape[1] >= 1 && shape[1] <= kMostFolds));
  if (!fits) {
    return absl::DataLossError(absl::StrCat(artifact.path(), ": shape is [",
                                            absl::StrJoin(shape, ", "), "], not [", rows, "] or [",
                                            rows, ", repeats]"));
  }
  for (const int32_t fold : array->data) {
    if (fold >= -1 && fold < static_cast<int32_t>(kMostFolds)) continue;
    return absl::DataLossError(absl::StrCat(artifact.path(), ": a row is in fold ", fold));
  }
  const uint32_t repeats = shape.size() == 2 ? static_cast<uint32_t>(shape[1]) : 1;
  return FoldAssignment{.repeats = repeats, .fold_of_row = std::move(array->data)};
}

}  // namespace pleat
