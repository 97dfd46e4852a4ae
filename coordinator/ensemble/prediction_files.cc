#include "coordinator/ensemble/prediction_files.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/store/npy.h"

namespace pleat {
namespace {

template <typename T>
absl::StatusOr<std::vector<T>> ReadArray(const Store& store, const v1::Artifact& artifact,
                                         const std::vector<uint64_t>& shape) {
  PLEAT_ASSIGN_OR_RETURN(const std::string bytes, store.Read(artifact));
  absl::StatusOr<NpyArray<T>> array = DecodeNpy<T>(bytes);
  if (!array.ok()) {
    return absl::DataLossError(absl::StrCat(artifact.path(), ": ", array.status().message()));
  }
  if (array->shape != shape) {
    return absl::DataLossError(absl::StrCat(artifact.path(), ": shape is [",
                                            absl::StrJoin(array->shape, ", "), "], not [",
                                            absl::StrJoin(shape, ", "), "]"));
  }
  return std::move(array->data);
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> ReadRowNumbers(const Store& store,
                                                    const v1::Artifact& artifact, int64_t rows) {
  return ReadArray<int64_t>(store, artifact, {static_cast<uint64_t>(rows)});
}

absl::StatusOr<std::vector<float>> ReadPredictions(const Store& store, const v1::Artifact& artifact,
                                                   int64_t rows, int64_t classes) {
  return ReadArray<float>(store, artifact,
                          {static_cast<uint64_t>(rows), static_cast<uint64_t>(classes)});
}

absl::StatusOr<std::vector<int32_t>> ReadRowPlaces(const Store& store, const v1::Artifact& artifact,
                                                   int64_t rows) {
  return ReadArray<int32_t>(store, artifact, {static_cast<uint64_t>(rows)});
}

}  // namespace pleat
