// The trial x fold matrix as lines of text. Pure.
//
//   quickstart trains · 0:42 min · about 1:10 min left
//   5 of 16 folds done, 2 running · 4 trials · minimize val_log_loss
//     #  parameters             fold 0  fold 1  fold 2  fold 3  mean ± error
//   * 0  lr=0.002 dropout=0.0   0.2134  0.2201  0.1987  0.2090  0.2103 ± 0.0045
//     1  lr=0.002 dropout=0.1   0.2034 █▋░ 4/8 █▉░ 4/8       ·
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "client/sweep_view.h"

namespace pleat {

struct MatrixOptions {
  size_t width = 80;
  size_t height = 24;  // most lines; at least the header is given
  bool color = false;
  int64_t elapsed_ms = 0;
  std::string note = {};  // one line more for the reader; may be empty
};

// Lines without their ends, at most `width` columns each. With more trials than lines those are
// shown where something happens, and the best.
std::vector<std::string> MatrixLines(const SweepView& view, const MatrixOptions& options);

}  // namespace pleat
