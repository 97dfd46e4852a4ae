// `pleat-worker predict`: new rows through a pulled ensemble.
#pragma once

namespace pleat {

// Runs `predict DIR --input FILE [--format auto|csv|idx|image_folder] --out FILE`; argv[0] is
// "predict". Returns the exit code: 0 done, 2 bad input (damaged files are), 4 no space, 1 anything
// else. Then there is one message on stderr, and no output.
int RunPredictCommand(int argc, char** argv);

}  // namespace pleat
