// What is wrong with a record that does not fit what came before it in the journal.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace pleat {

inline absl::Status Misfit(const std::string& what) { return absl::DataLossError(what); }

}  // namespace pleat
