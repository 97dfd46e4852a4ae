// What the Resolve rpc answers.
#pragma once

#include "absl/status/statusor.h"
#include "proto/coordinator.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The spec that a client's YAML says, with its overrides and every default filled in.
// INVALID_ARGUMENT: it says none; each error on a line of its own.
absl::StatusOr<v1::SweepSpec> ResolveSweep(const v1::ResolveRequest& request);

}  // namespace pleat
