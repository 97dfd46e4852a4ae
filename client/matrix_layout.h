// What of the trial x fold matrix fits a screen. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "client/sweep_view.h"

namespace pleat {

// Widths in columns. A row is "* 12  lr=0.002  cell cell cell  0.1234 ± 0.0012".
struct MatrixColumns {
  size_t trial = 1;
  size_t parameters = 0;  // 0: left out
  size_t cell = 1;        // cells of one column stand side by side, wider ones a space apart
  size_t folds = 0;       // number of folds shown, the first ones
  static constexpr size_t kScore = 15;
  static constexpr std::string_view kParametersHead = "parameters";

  size_t gap() const { return cell == 1 ? 0 : 1; }
  // Of all cells.
  size_t cells() const { return folds == 0 ? 0 : folds * (cell + gap()) - gap(); }
};

// The widest cells that leave room for the parameters, or for most of them.
MatrixColumns FitColumns(const SweepView& view, size_t width);

// Numbers of the trials that are shown in `rows` lines, ascending: those that run, then the best,
// then the latest that have begun, then the next ones.
std::vector<uint32_t> FitTrials(const SweepView& view, size_t rows);

}  // namespace pleat
