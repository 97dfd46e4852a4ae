// `pleat-worker rows`: rows of a sweep's data sets as images, for reports.
#pragma once

namespace pleat {

// Runs `rows --data JSON --row SPLIT:ROW …`; argv[0] is "rows". JSON is a v1::DataSpec with
// absolute paths. Prints {"<split>": {"sha256": data digest, "rows": {"<row>": PNG in base64}}}.
// Returns the exit code: 0 done, 2 bad input, 1 anything else. Then there is one message on stderr,
// and no output.
int RunRowsCommand(int argc, char** argv);

}  // namespace pleat
