// The programs beside this one.
#pragma once

#include <string>
#include <vector>

#include "client/exit_code.h"

namespace pleat {

// Path of `name` in the folder of the running program: ".../bin/pleat-worker".
std::string SiblingProgram(const std::string& name);

// Becomes `PROGRAM ARGUMENTS…`, and so ends with its exit code. Returns, after a message on stderr,
// only if it cannot be started.
ExitCode BecomeProgram(const std::string& program, const std::vector<std::string>& arguments);
// `pleat-worker COMMAND ARGUMENTS…`
ExitCode BecomeWorker(const std::string& command, const std::vector<std::string>& arguments);

}  // namespace pleat
