// Transforms of each value apart from its place, as albumentations' RandomBrightness, RandomGamma
// and RandomContrast have them: brightness, gamma, contrast.
#pragma once

#include <span>

#include "common/base/philox.h"
#include "proto/sweep.pb.h"

namespace pleat {

// x + change * top.
struct Brightness {
  double change = 0;  // fraction of the range
};
// top * (x / top)^power.
struct Gamma {
  double power = 1;
};
// factor * x.
struct Contrast {
  double factor = 1;
};

Brightness DrawBrightness(const v1::BrightnessSpec& spec, RandomStream& random);
Gamma DrawGamma(const v1::GammaSpec& spec, RandomStream& random);
Contrast DrawContrast(const v1::ContrastSpec& spec, RandomStream& random);

// Change one image's values, which are and stay from 0 to `top`. T: float or double.
template <typename T>
void Apply(const Brightness& brightness, T top, std::span<T> values);
template <typename T>
void Apply(const Gamma& gamma, T top, std::span<T> values);
template <typename T>
void Apply(const Contrast& contrast, T top, std::span<T> values);

}  // namespace pleat
