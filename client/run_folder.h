// The coordinator of a `pleat run`, for commands that look at its folder later.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/exit_code.h"

namespace pleat {

// Calls `body` with a connection to the coordinator of `folder`: the one that a `pleat run` has
// running there, else one that is started for it, without workers, and ends with it. NOT_FOUND: it
// is no folder of a `pleat run`; else the error of `body`, or why the coordinator does not run.
// `stop` ends it with CANCELLED, and is set when the coordinator cannot be kept alive.
absl::Status WithRunFolder(const std::string& folder, std::atomic<bool>& stop,
                           const std::function<absl::Status(Connection&)>& body);

// What a command does that looks at a sweep: calls `body` with a connection to the coordinator of
// `folder`, or, if that is empty, to the one at `address`, and prints its error. Signals end it.
ExitCode WithFolderOrAddress(const std::string& folder, const std::string& address,
                             const std::function<absl::Status(Connection&)>& body);

}  // namespace pleat
