// Limiting the size of a step.
#pragma once

#include <torch/types.h>

namespace pleat {

// The Euclidean norm over all elements of `gradient` [n], summed in double. On a CPU it does not
// depend on the number of threads.
double GradientNorm(const at::Tensor& gradient);

// Scales `gradient` [n], of the whole group and over all parameters, in place so that its norm is
// `limit`, if it is larger (Pascanu et al. 2013). One with NaN stays as it is.
void ClipGradientNorm(at::Tensor& gradient, double limit);

}  // namespace pleat
