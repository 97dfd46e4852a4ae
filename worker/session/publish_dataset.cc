#include "worker/session/publish_dataset.h"

#include <span>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/store/npy.h"

namespace pleat {
namespace {

// Writes [rows] numbers as .npy.
template <typename T>
absl::StatusOr<v1::Artifact> WriteColumn(Store& store, const std::string& path,
                                         const std::vector<T>& column) {
  const uint64_t rows = column.size();
  return store.Write(path, EncodeNpy<T>(std::span(&rows, 1), column));
}

}  // namespace

absl::StatusOr<v1::DatasetInfo> PublishDataset(Store& store, const std::string& folder,
                                               const std::string& split, const Dataset& dataset,
                                               const SweepData& data) {
  v1::DatasetInfo info;
  info.set_split(split);
  info.set_rows(dataset.rows);
  info.set_channels(dataset.channels);
  info.set_height(dataset.height);
  info.set_width(dataset.width);
  info.set_scale(data.scale);
  info.set_data_sha256(dataset.sha256);
  info.mutable_class_names()->Assign(dataset.class_names.begin(), dataset.class_names.end());
  info.mutable_origins()->Assign(dataset.origins.begin(), dataset.origins.end());
  const std::string base = absl::StrCat(folder, "/", split);
  if (!dataset.labels.empty()) {
    info.set_classes(data.classes);
    PLEAT_ASSIGN_OR_RETURN(*info.mutable_labels(),
                           WriteColumn(store, base + "/labels.npy", dataset.labels));
  }
  if (!dataset.groups.empty()) {
    PLEAT_ASSIGN_OR_RETURN(*info.mutable_groups(),
                           WriteColumn(store, base + "/groups.npy", dataset.groups));
  }
  if (!dataset.origin_of_rows.empty()) {
    PLEAT_ASSIGN_OR_RETURN(*info.mutable_origin_of_rows(),
                           WriteColumn(store, base + "/origins.npy", dataset.origin_of_rows));
  }
  if (!dataset.predefined_folds.empty()) {
    PLEAT_ASSIGN_OR_RETURN(*info.mutable_predefined_folds(),
                           WriteColumn(store, base + "/predefined.npy", dataset.predefined_folds));
  }
  if (!dataset.ids.empty()) {
    PLEAT_ASSIGN_OR_RETURN(
        *info.mutable_ids(),
        store.Write(base + "/ids.txt", absl::StrCat(absl::StrJoin(dataset.ids, "\n"), "\n")));
  }
  return info;
}

}  // namespace pleat
