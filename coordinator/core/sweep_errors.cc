#include "coordinator/core/sweep_errors.h"

#include "absl/strings/str_cat.h"

namespace pleat {

absl::Status NoSuchSweep(const std::string& name) {
  return absl::NotFoundError(
      absl::StrCat("there is no sweep '", name, "'; `pleat ls` lists those there are"));
}

absl::Status AlreadyEnded(const Sweep& sweep) {
  return absl::FailedPreconditionError(
      absl::StrCat("sweep '", sweep.name, "' already ended: ", sweep.ended->reason()));
}

}  // namespace pleat
