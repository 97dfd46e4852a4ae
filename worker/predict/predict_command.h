// `pleat-worker predict`: new rows through a pulled ensemble.
#pragma once

namespace pleat {

// Runs `predict DIR --input FILE [--format auto|csv|idx] --out FILE`; argv[0] is "predict". Returns
// the exit code: 0 done, 2 bad input, with one message on stderr and no output written.
int RunPredictCommand(int argc, char** argv);

}  // namespace pleat
