// The version of a checkpoint's state.json.
#pragma once

#include <cstdint>

namespace pleat {

// That this program writes and reads.
inline constexpr uint32_t kTrainingStateVersion = 2;

}  // namespace pleat
