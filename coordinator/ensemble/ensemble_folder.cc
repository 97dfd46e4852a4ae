#include "coordinator/ensemble/ensemble_folder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/npy.h"

namespace pleat {

EnsembleFolder::EnsembleFolder(Store& store, std::string folder)
    : store_(store), folder_(std::move(folder)) {}

absl::StatusOr<v1::Artifact> EnsembleFolder::Write(const std::string& path,
                                                   std::string_view bytes) {
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.build_ensemble.before_file"));
  PLEAT_ASSIGN_OR_RETURN(v1::Artifact artifact,
                         store_.Write(absl::StrCat(folder_, "/", path), bytes));
  files_[path] = artifact;
  return artifact;
}

absl::Status EnsembleFolder::WriteMatrix(const std::string& path, const std::vector<float>& values,
                                         int64_t classes) {
  const uint64_t shape[] = {values.size() / classes, static_cast<uint64_t>(classes)};
  return Write(path, EncodeNpy<float>(shape, values)).status();
}

}  // namespace pleat
