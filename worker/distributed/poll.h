// Waiting for something that no thread announces.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

// Calls `step` until it returns true or an error, first without pause, then with sleeps that leave
// shared cores to the ranks that are waited for: a hundredth of the wait so far, so that a short
// wait ends promptly and a long one costs nothing. DEADLINE_EXCEEDED after `timeout_ms`.
absl::Status PollUntilDone(const std::function<absl::StatusOr<bool>()>& step, int timeout_ms);

}  // namespace pleat
