#include "worker/augment/distortion.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "common/base/target_clones.h"

namespace pleat {
namespace {

// The Gaussian's right half, w[0] in the middle; both halves sum to 1.
std::vector<float> GaussianWeights(double sigma) {
  const auto radius = static_cast<int64_t>(4 * sigma + 0.5);
  std::vector<double> weights;
  double sum = 0;
  for (int64_t i = 0; i <= radius; ++i) {
    weights.push_back(std::exp(-0.5 * static_cast<double>(i * i) / (sigma * sigma)));
    sum += i == 0 ? weights.back() : 2 * weights.back();
  }
  std::vector<float> normalized;
  for (const double weight : weights) normalized.push_back(static_cast<float>(weight / sum));
  return normalized;
}

PLEAT_INLINE void AddScaled(const float* __restrict from, float factor, int64_t count,
                            float* __restrict to) {
  for (int64_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

// `out` begins as zeros.
PLEAT_TARGET_CLONES
void SmoothAlongY(const float* field, const float* weights, int64_t radius, int64_t height,
                  int64_t width, float* out) {
  for (int64_t y = 0; y < height; ++y) {
    const int64_t end = std::min(height, y + radius + 1);
    for (int64_t from = std::max<int64_t>(0, y - radius); from < end; ++from) {
      AddScaled(field + from * width, weights[from < y ? y - from : from - y], width,
                out + y * width);
    }
  }
}

// `out` begins as zeros.
PLEAT_TARGET_CLONES
void SmoothAlongX(const float* field, const float* weights, int64_t radius, int64_t height,
                  int64_t width, float* out) {
  const int64_t reach = std::min(radius, width - 1);
  for (int64_t y = 0; y < height; ++y, field += width, out += width) {
    AddScaled(field, weights[0], width, out);
    for (int64_t shift = 1; shift <= reach; ++shift) {
      AddScaled(field + shift, weights[shift], width - shift, out);
      AddScaled(field, weights[shift], width - shift, out + shift);
    }
  }
}

std::vector<float> MakeShifts(const Elastic& elastic, uint32_t axis, const ImageShape& shape) {
  RandomStream random(elastic.noise_key, RandomPurpose::kAugmentation, axis);
  std::vector<float> noise(static_cast<size_t>(shape.height * shape.width));
  for (float& value : noise) value = static_cast<float>(random.NextUint32()) * 0x1.0p-31F - 1;
  std::vector<float> shifts = SmoothField(noise, shape.height, shape.width, elastic.sigma);
  for (float& shift : shifts) shift *= static_cast<float>(elastic.alpha);
  return shifts;
}

}  // namespace

GridDistortion DrawGridDistortion(const v1::GridDistortionSpec& spec, RandomStream& random) {
  const auto draw = [&] {
    std::vector<double> factors(spec.steps() + 1);
    for (double& factor : factors) factor = random.NextUniform(1 - spec.limit(), 1 + spec.limit());
    return factors;
  };
  GridDistortion drawn;
  drawn.column_factors = draw();
  drawn.row_factors = draw();
  return drawn;
}

std::vector<float> GridPositions(std::span<const double> factors, int64_t extent) {
  const int64_t steps = std::ssize(factors) - 1;
  const int64_t length = extent / steps;
  std::vector<float> positions(static_cast<size_t>(extent));
  double from = 0;
  for (int64_t cell = 0; cell <= steps; ++cell) {
    const int64_t begin = cell * length;
    const int64_t end = cell < steps ? begin + length : extent;
    const bool is_whole = end - begin == length;
    const double to =
        is_whole ? from + static_cast<double>(length) * factors[cell] : static_cast<double>(extent);
    const auto intervals = static_cast<double>(std::max<int64_t>(1, end - begin - 1));
    for (int64_t i = begin; i < end; ++i) {
      positions[i] =
          static_cast<float>(from + (to - from) * static_cast<double>(i - begin) / intervals);
    }
    from = to;
  }
  return positions;
}

Elastic DrawElastic(const v1::ElasticSpec& spec, RandomStream& random) {
  return {.noise_key = random.NextUint64(), .alpha = spec.alpha(), .sigma = spec.sigma()};
}

DisplacementField MakeElasticField(const Elastic& elastic, const ImageShape& shape) {
  return {.x = MakeShifts(elastic, 0, shape), .y = MakeShifts(elastic, 1, shape)};
}

std::vector<float> SmoothField(std::span<const float> field, int64_t height, int64_t width,
                               double sigma) {
  const std::vector<float> weights = GaussianWeights(sigma);
  const int64_t radius = std::ssize(weights) - 1;
  std::vector<float> along_y(field.size());
  SmoothAlongY(field.data(), weights.data(), radius, height, width, along_y.data());
  std::vector<float> smoothed(field.size());
  SmoothAlongX(along_y.data(), weights.data(), radius, height, width, smoothed.data());
  return smoothed;
}

}  // namespace pleat
