// A sweep without its past: as `pleat plan` plays it, and measures an epoch of it.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"

namespace pleat {

struct PlayableSpec {
  v1::SweepSpec spec;
  // What differs from the sweep itself, a line each.
  std::vector<std::string> notes;
};

// `spec` is resolved. Earlier sweeps are left out, and a target score, which a synthetic objective
// does not have; budgets of time too where times are not known. INVALID_ARGUMENT: there is no
// search to play, because trials come from outside or search among earlier sweeps' weights.
absl::StatusOr<PlayableSpec> MakePlayable(const v1::SweepSpec& spec, bool knows_times);

}  // namespace pleat
