#include "worker/data/synthetic_digits.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/status/status.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "worker/data/dataset_limits.h"
#include "worker/data/kannada_glyphs.h"
#include "worker/data/stroke_canvas.h"

namespace pleat {
namespace {

constexpr int kDigits = 10;

// Nearly normal with standard deviation 1, within +-3.5: the sum of four uniform draws. (A true
// normal needs logarithms, whose last bits differ between machines.)
double Bell(RandomStream& random) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += random.NextDouble();
  return (sum - 2) * std::sqrt(3.0);
}

// x -> a x about the middle of the unit square.
struct Linear {
  double xx = 1, xy = 0, yx = 0, yy = 1;
};

// Rotation by 2 atan(t), slant, height and width, all close to none.
Linear Posture(double t, double slant, double height, double width) {
  const double cosine = (1 - t * t) / (1 + t * t);
  const double sine = 2 * t / (1 + t * t);
  const Linear sheared = {width, -slant * height, 0, height};
  return {cosine * sheared.xx - sine * sheared.yx, cosine * sheared.xy - sine * sheared.yy,
          sine * sheared.xx + cosine * sheared.yx, sine * sheared.xy + cosine * sheared.yy};
}

// What all numerals of a writer share.
struct WriterStyle {
  double turn, slant, height, width;
  double bow_x, bow_y;  // strokes bend by this much over the glyph
  double pen_width, softness, ink, fading;
  double carelessness;  // scale of the variation between rows
};

WriterStyle DrawStyle(uint64_t seed, uint32_t writer) {
  RandomStream random(seed, RandomPurpose::kSyntheticStyle, writer, 0);
  WriterStyle style;
  style.turn = 0.045 * Bell(random);
  style.slant = 0.05 + 0.16 * Bell(random);
  style.height = 1 + 0.08 * Bell(random);
  style.width = 0.88 + 0.15 * Bell(random);
  style.bow_x = 0.10 * Bell(random);
  style.bow_y = 0.08 * Bell(random);
  style.pen_width = random.NextUniform(0.020, 0.070);
  style.softness = random.NextUniform(0.030, 0.055);
  style.ink = random.NextUniform(0.80, 1.0);
  style.fading = random.NextUniform(0.0, 0.30);
  style.carelessness = random.NextUniform(0.7, 1.5);
  return style;
}

void Jitter(double amount, RandomStream& random, GlyphStroke& stroke) {
  for (GlyphPoint& point : stroke) {
    point.x += amount * Bell(random);
    point.y += amount * Bell(random);
  }
}

// How the writer forms this numeral, row after row.
std::vector<GlyphStroke> DrawHabit(uint64_t seed, uint32_t writer, int digit) {
  constexpr double kHabit = 0.038;
  RandomStream random(seed, RandomPurpose::kSyntheticStyle, writer,
                      1 + static_cast<uint32_t>(digit));
  std::vector<GlyphStroke> strokes = KannadaGlyph(digit);
  for (GlyphStroke& stroke : strokes) Jitter(kHabit, random, stroke);
  return strokes;
}

// Moves a glyph of the unit square onto the canvas.
void Place(const WriterStyle& style, RandomStream& random, int64_t size,
           std::vector<GlyphStroke>& strokes) {
  constexpr double kGlyphShare = 0.70;
  const double height = style.height * (1 + 0.05 * Bell(random));
  const double width = style.width * (1 + 0.06 * Bell(random));
  const Linear m =
      Posture(style.turn + 0.03 * Bell(random), style.slant + 0.06 * Bell(random), height, width);
  const double scale = kGlyphShare * static_cast<double>(size) * (1 + 0.05 * Bell(random));
  const double middle = static_cast<double>(size - 1) / 2;
  const double middle_x = middle + 0.025 * static_cast<double>(size) * Bell(random);
  const double middle_y = middle + 0.025 * static_cast<double>(size) * Bell(random);
  for (GlyphStroke& stroke : strokes) {
    for (GlyphPoint& point : stroke) {
      const double x = point.x - 0.5;
      const double y = point.y - 0.5;
      const double bent_x = x + style.bow_x * (4 * y * y - 0.5);
      const double bent_y = y + style.bow_y * (4 * x * x - 0.5);
      point.x = middle_x + scale * (m.xx * bent_x + m.xy * bent_y);
      point.y = middle_y + scale * (m.yx * bent_x + m.yy * bent_y);
    }
  }
}

// Ink becomes bytes, with a little grain in and around the strokes and specks on the paper.
void Scan(const StrokeCanvas& canvas, RandomStream& random, uint8_t* pixels) {
  constexpr double kGrain = 0.05;
  constexpr double kSpeckProbability = 0.002;
  for (const double ink : canvas.ink()) {
    double value = ink;
    if (ink > 0) value += kGrain * Bell(random);
    if (random.NextDouble() < kSpeckProbability) value = random.NextUniform(0.2, 0.9);
    *pixels++ = static_cast<uint8_t>(std::clamp(value, 0.0, 1.0) * 255 + 0.5);
  }
}

// Draws one row.
void DrawRow(uint64_t seed, uint32_t row, int64_t size, const WriterStyle& style,
             std::vector<GlyphStroke> strokes, uint8_t* pixels) {
  RandomStream random(seed, RandomPurpose::kSyntheticSample, row);
  // Cubed, so that most rows are neat and a few are hard to read.
  const double haste = random.NextDouble();
  const double amount = style.carelessness * (0.014 + 0.055 * haste * haste * haste);
  for (GlyphStroke& stroke : strokes) Jitter(amount, random, stroke);
  Place(style, random, size, strokes);

  const Pen pen = {style.pen_width * static_cast<double>(size) * (1 + 0.1 * Bell(random)),
                   style.softness * static_cast<double>(size), style.ink};
  StrokeCanvas canvas(size);
  for (const GlyphStroke& stroke : strokes) canvas.Draw(stroke, pen, style.fading);
  Scan(canvas, random, pixels);
}

}  // namespace

absl::StatusOr<Dataset> MakeSyntheticDigits(const v1::SyntheticDigitsSource& source,
                                            const KeepGoing& keep_going) {
  if (source.samples() == 0 || source.writers() == 0 || source.size() == 0) {
    return absl::InvalidArgumentError(
        "synthetic_digits: samples, writers and size must be at least 1");
  }
  const int64_t size = source.size();
  PLEAT_RETURN_IF_ERROR(CheckDatasetFits("synthetic_digits", source.samples(), size * size));
  Dataset dataset;
  dataset.rows = source.samples();
  dataset.height = size;
  dataset.width = size;
  dataset.pixels.resize(static_cast<size_t>(dataset.rows * size * size));
  dataset.labels.resize(static_cast<size_t>(dataset.rows));

  int64_t current_writer = -1;
  WriterStyle style{};
  std::array<std::vector<GlyphStroke>, kDigits> habits;
  for (int64_t row = 0; row < dataset.rows; ++row) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    const int64_t writer = row * source.writers() / dataset.rows;
    if (writer != current_writer) {
      current_writer = writer;
      style = DrawStyle(source.seed(), static_cast<uint32_t>(writer));
      for (int digit = 0; digit < kDigits; ++digit) {
        habits[digit] = DrawHabit(source.seed(), static_cast<uint32_t>(writer), digit);
      }
    }
    const int digit = static_cast<int>(row % kDigits);
    dataset.labels[row] = digit;
    DrawRow(source.seed(), static_cast<uint32_t>(row), size, style, habits[digit],
            dataset.pixels.data() + row * size * size);
  }
  return dataset;
}

}  // namespace pleat
