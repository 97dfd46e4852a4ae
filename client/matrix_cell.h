// One cell of the trial x fold matrix as text. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "client/sweep_view.h"

namespace pleat {

// How a piece of text is meant; a colour on terminals that have them.
enum class Tone { kPlain, kStrong, kFaint, kRunning, kGood, kBad };

// `text` in the colour of its tone (ANSI escapes), or as it is.
std::string Painted(std::string_view text, Tone tone, bool color);

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

// The cell of a fold, `width` columns wide. While it runs: a bar, with the epoch beside it if there
// is room. Then its metric. Else a glyph: waiting "·", failed "✗", cancelled "–". One column wide:
// a bar that grows upwards, and "●" when done.
Cell MatrixCell(const FoldView& fold, const TrialView& trial, size_t width);

// `value` with at most 4 decimals, fewer if `width` columns are too few for them.
std::string NumberText(double value, size_t width);

}  // namespace pleat
