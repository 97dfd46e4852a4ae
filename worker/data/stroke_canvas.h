// An image that pen strokes are drawn on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "worker/data/kannada_glyphs.h"

namespace pleat {

// Width of a pen, in pixels: full ink up to half its width from the stroke's middle, none
// `softness` further out; and how dark it is.
struct Pen {
  double width = 2;
  double softness = 1;
  double ink = 1;
};

// A square of ink from 0 to 1. Uses only operations that IEEE 754 defines exactly (no sines, no
// powers), so a drawing has the same bits on every machine. The pen's pressure falls along a stroke
// by the share `fading`.
class StrokeCanvas {
 public:
  explicit StrokeCanvas(int64_t size) : size_(size), ink_(static_cast<size_t>(size * size)) {}

  // Draws a Catmull-Rom spline through `points`, in pixels (pixel centres at whole numbers).
  void Draw(const GlyphStroke& points, const Pen& pen, double fading);

  int64_t size() const { return size_; }
  // [size, size]
  const std::vector<double>& ink() const { return ink_; }

 private:
  void DrawSegment(const GlyphPoint& from, const GlyphPoint& to, const Pen& pen, double ink);

  int64_t size_;
  std::vector<double> ink_;
};

}  // namespace pleat
