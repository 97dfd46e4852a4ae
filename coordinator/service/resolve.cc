#include "coordinator/service/resolve.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/config/sweep_file.h"
#include "coordinator/core/request_check.h"

namespace pleat {

absl::StatusOr<v1::SweepSpec> ResolveSweep(const v1::ResolveRequest& request) {
  PLEAT_RETURN_IF_ERROR(CheckRequest(request));
  if (!request.folder().starts_with('/')) {
    return absl::InvalidArgumentError("folder is no absolute path; relative paths start from it");
  }
  PLEAT_ASSIGN_OR_RETURN(
      SweepFile sweep,
      ReadSweepSource({.text = request.source(),
                       .file = request.file().empty() ? "sweep.yaml" : request.file(),
                       .folder = request.folder(),
                       .overrides = {request.overrides().begin(), request.overrides().end()}}));
  return std::move(sweep.spec);
}

}  // namespace pleat
