#include "worker/data/stroke_canvas.h"

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

constexpr int kSegmentsPerSpan = 8;

double CatmullRom(double before, double from, double to, double after, double t) {
  return from + t * 0.5 *
                    ((to - before) + t * ((2 * before - 5 * from + 4 * to - after) +
                                          t * (3 * (from - to) + after - before)));
}

double Distance(const GlyphPoint& from, const GlyphPoint& to, double x, double y) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length_squared = dx * dx + dy * dy;
  double t = 0;
  if (length_squared > 0) {
    t = std::clamp(((x - from.x) * dx + (y - from.y) * dy) / length_squared, 0.0, 1.0);
  }
  const double off_x = x - (from.x + t * dx);
  const double off_y = y - (from.y + t * dy);
  return std::sqrt(off_x * off_x + off_y * off_y);
}

}  // namespace

void StrokeCanvas::Draw(const GlyphStroke& points, const Pen& pen, double fading) {
  const auto spans = static_cast<int64_t>(points.size()) - 1;
  GlyphPoint from = points.front();
  for (int64_t i = 0; i < spans; ++i) {
    const GlyphPoint& before = points[i > 0 ? i - 1 : 0];
    const GlyphPoint& after = points[std::min(i + 2, spans)];
    for (int step = 1; step <= kSegmentsPerSpan; ++step) {
      const double t = static_cast<double>(step) / kSegmentsPerSpan;
      const GlyphPoint to = {CatmullRom(before.x, points[i].x, points[i + 1].x, after.x, t),
                             CatmullRom(before.y, points[i].y, points[i + 1].y, after.y, t)};
      const double done = (static_cast<double>(i) + t) / static_cast<double>(spans);
      DrawSegment(from, to, pen, pen.ink * (1 - fading * done));
      from = to;
    }
  }
}

void StrokeCanvas::DrawSegment(const GlyphPoint& from, const GlyphPoint& to, const Pen& pen,
                               double ink) {
  const double half_width = pen.width / 2;
  const double reach = half_width + pen.softness;
  const auto first = [&](double a, double b) {
    return static_cast<int64_t>(std::clamp(std::min(a, b) - reach, 0.0, double(size_)));
  };
  const auto last = [&](double a, double b) {
    return static_cast<int64_t>(std::clamp(std::max(a, b) + reach, -1.0, double(size_ - 1)));
  };
  const int64_t right = last(from.x, to.x);
  const int64_t bottom = last(from.y, to.y);
  for (int64_t y = first(from.y, to.y); y <= bottom; ++y) {
    for (int64_t x = first(from.x, to.x); x <= right; ++x) {
      const double distance = Distance(from, to, static_cast<double>(x), static_cast<double>(y));
      const double covered = std::clamp((reach - distance) / pen.softness, 0.0, 1.0);
      double& pixel = ink_[static_cast<size_t>(y * size_ + x)];
      pixel = std::max(pixel, ink * covered);
    }
  }
}

}  // namespace pleat
