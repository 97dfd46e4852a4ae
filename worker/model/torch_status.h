// Torch's exceptions as absl::Status; the one place where they are translated.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace pleat {

// The exception in hand, for the handler of a `catch (...)` around torch; `attempted` completes
// "while" and begins "failed": "training". RESOURCE_EXHAUSTED if memory ran out, of the machine or
// of a GPU; else INTERNAL.
absl::Status TorchStatus(std::string_view attempted);

}  // namespace pleat
