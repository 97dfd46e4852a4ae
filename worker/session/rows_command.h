// `pleat-worker rows`: rows of a sweep's data sets as images, for reports.
#pragma once

#include <string>
#include <vector>

namespace pleat {

struct RowsOptions {
  std::string data;               // a v1::DataSpec with absolute paths, as JSON
  std::string predefined = "{}";  // a v1::PredefinedSplitSpec, as JSON
  std::vector<std::string> rows;  // "test:17"
};

// Prints {"<split>": {"sha256": data digest, "rows": {"<row>": PNG in base64}}}; images with a side
// above 256 pixels are reduced to means of blocks. Returns the exit code: 0 done, 2 bad input, 1
// anything else. Then there is one message on stderr, and no output.
int RunRowsCommand(const RowsOptions& options);

}  // namespace pleat
