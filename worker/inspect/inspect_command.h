// `pleat-worker inspect`: a look at a sweep's data before training.
#pragma once

namespace pleat {

// Runs `inspect FILE [--set PATH=VALUE]… [--out DIR]`; argv[0] is "inspect". Returns the exit code:
// 0 done, 2 bad input, 4 refused (something else is in the way, no space), 1 anything else. Then
// there is a message on stderr, and the folder is as it was.
int RunInspectCommand(int argc, char** argv);

}  // namespace pleat
