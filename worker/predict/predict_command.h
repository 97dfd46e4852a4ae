// `pleat-worker predict`: new rows through a pulled ensemble.
#pragma once

#include <string>

namespace pleat {

struct PredictOptions {
  std::string folder;           // of the ensemble
  std::string input;            // file or folder
  std::string format = "auto";  // or csv, idx, image_folder
  std::string out;              // .csv or .npy
};

// Returns the exit code: 0 done, 2 bad input (damaged files are), 4 no space, 1 anything else. Then
// there is one message on stderr, and no output.
int RunPredictCommand(const PredictOptions& options);

}  // namespace pleat
