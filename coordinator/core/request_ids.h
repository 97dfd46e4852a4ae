// Bounds of the ids that clients make: they are kept, and journaled.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace pleat {

// INVALID_ARGUMENT if it is not "<session>/<number>", or longer than 256 bytes.
absl::Status CheckRequestId(std::string_view request_id);

// INVALID_ARGUMENT if it is missing, or longer than 128 bytes.
absl::Status CheckWorkerId(std::string_view worker_id);

}  // namespace pleat
