// What people may type after `pleat`.
#pragma once

namespace pleat {

// Parses the command line and runs the command that it names. Returns the exit code; a command line
// that does not hold is bad input, after a message on stderr.
int RunCommandLine(int argc, char** argv);

}  // namespace pleat
