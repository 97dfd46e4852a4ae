// One file outside any store, replaced as a whole.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace pleat {

// Writes a file in an existing folder, replacing one of that name: whoever reads, now or after a
// crash, finds the old bytes or the new ones.
absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes);

}  // namespace pleat
