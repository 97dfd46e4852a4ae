#include "coordinator/core/sweep_errors.h"

#include "absl/strings/str_cat.h"
#include "coordinator/core/start_weights.h"
#include "coordinator/core/warm_start.h"

namespace pleat {

absl::Status NoSuchSweep(const std::string& name) {
  return absl::NotFoundError(
      absl::StrCat("there is no sweep '", name, "'; `pleat ls` lists those there are"));
}

absl::Status AlreadyEnded(const Sweep& sweep) {
  return absl::FailedPreconditionError(
      absl::StrCat("sweep '", sweep.name, "' already ended: ", sweep.ended->reason()));
}

absl::Status CheckUnneeded(const State& state, const std::string& name) {
  for (const auto& [rank, other] : state.live_sweeps()) {
    if (StartSweeps(other->spec).contains(name)) {
      return absl::FailedPreconditionError(
          absl::StrCat("sweep '", other->name, "' begins with the weights of '", name,
                       "' and still runs; wait for its end, or cancel it first"));
    }
    if (AwaitsWarmStart(*other, name)) {
      return absl::FailedPreconditionError(
          absl::StrCat("sweep '", other->name, "' is to learn from the trials of '", name,
                       "' and has not begun; wait until it trains, or cancel it first"));
    }
  }
  return absl::OkStatus();
}

}  // namespace pleat
