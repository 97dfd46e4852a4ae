// `pleat-worker inspect`: a look at a sweep's data before training.
#pragma once

#include <string>
#include <vector>

namespace pleat {

struct InspectOptions {
  std::string file;                    // the sweep's YAML
  std::vector<std::string> overrides;  // "data.root=FOLDER"
  std::string out;                     // folder to write; empty: NAME-inspect
};

// Returns the exit code: 0 done, 2 bad input, 4 refused (something else is in the way, no space), 1
// anything else. Then there is a message on stderr, and the folder is as it was.
int RunInspectCommand(const InspectOptions& options);

}  // namespace pleat
