// Which kind of failure an error of a task is; the coordinator's policy hangs on it.
#pragma once

#include "absl/status/status.h"
#include "proto/task.pb.h"

namespace pleat {

// For an error, not OK. Memory that ran out is told by the words "out of memory", which stand in
// all of its messages.
v1::FailureKind FailureKindOf(const absl::Status& status);

}  // namespace pleat
