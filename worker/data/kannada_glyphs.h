// The ten Kannada numerals (೦ ೧ ೨ ೩ ೪ ೫ ೬ ೭ ೮ ೯) as pen strokes.
#pragma once

#include <vector>

namespace pleat {

// A point of the unit square; x goes right, y down.
struct GlyphPoint {
  double x = 0;
  double y = 0;
};

// Points that the pen passes, in order; the curve between them is a Catmull-Rom spline.
using GlyphStroke = std::vector<GlyphPoint>;

// The strokes of a numeral as it is usually written by hand; `digit` is 0 to 9.
const std::vector<GlyphStroke>& KannadaGlyph(int digit);

}  // namespace pleat
