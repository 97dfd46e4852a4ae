#include "worker/augment/pixel.h"

#include <algorithm>
#include <cmath>

namespace pleat {

Brightness DrawBrightness(const v1::BrightnessSpec& spec, RandomStream& random) {
  return {random.NextUniform(-spec.limit(), spec.limit())};
}

Gamma DrawGamma(const v1::GammaSpec& spec, RandomStream& random) {
  return {random.NextUniform(spec.min(), spec.max())};
}

Contrast DrawContrast(const v1::ContrastSpec& spec, RandomStream& random) {
  return {random.NextUniform(1 - spec.limit(), 1 + spec.limit())};
}

template <typename T>
void Apply(const Brightness& brightness, T top, std::span<T> values) {
  const T change = static_cast<T>(brightness.change) * top;
  for (T& value : values) value = std::clamp<T>(value + change, 0, top);
}

template <typename T>
void Apply(const Gamma& gamma, T top, std::span<T> values) {
  const T power = static_cast<T>(gamma.power);
  // Interpolation may have rounded a value to just above the top.
  for (T& value : values) value = top * std::pow(std::min<T>(value / top, 1), power);
}

template <typename T>
void Apply(const Contrast& contrast, T top, std::span<T> values) {
  const T factor = static_cast<T>(contrast.factor);
  for (T& value : values) value = std::clamp<T>(factor * value, 0, top);
}

template void Apply<float>(const Brightness&, float, std::span<float>);
template void Apply<double>(const Brightness&, double, std::span<double>);
template void Apply<float>(const Gamma&, float, std::span<float>);
template void Apply<double>(const Gamma&, double, std::span<double>);
template void Apply<float>(const Contrast&, float, std::span<float>);
template void Apply<double>(const Contrast&, double, std::span<double>);

}  // namespace pleat
