// Whether and when the coordinator tries again what failed.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "proto/task.pb.h"

namespace pleat {

// How long a task waits after its `failures`-th failure (from 1): 1 s, or 8 s when disk or
// store gave out, which takes a while to mend; twice as long after each further one; at most 60 s.
uint32_t TaskRetryMs(v1::FailureKind kind, uint32_t failures);

// The same for an effect that failed `failures` times in a row: 1 s, doubling to 60 s.
uint32_t EffectRetryMs(uint32_t failures);

// True if an effect that ended so would end so again: bad input, a file that is gone or not what it
// was, or a name that another file has taken. Anything else (no space, a store out of reach) may
// pass.
bool IsPermanent(const absl::Status& status);

}  // namespace pleat
