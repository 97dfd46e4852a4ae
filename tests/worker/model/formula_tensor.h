// Tensors that follow from a formula of name and element number; tests/reference/formula.py has the
// same.
#pragma once

#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "worker/model/flat_parameters.h"

namespace pleat {

// lowbias32, as `scrambled` of the script.
inline uint32_t Scrambled(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352D;
  x ^= x >> 15;
  x *= 0x846CA68B;
  return x ^ x >> 16;
}

// As `numbers` of the script: from -1 to 1, in logical order; double.
inline at::Tensor FormulaNumbers(const std::string& name, at::IntArrayRef shape) {
  uint32_t start = 0x811C9DC5;
  for (const char c : name) start = (start ^ static_cast<unsigned char>(c)) * 0x01000193;
  at::Tensor tensor = at::empty(shape, at::kDouble);
  double* values = tensor.mutable_data_ptr<double>();
  for (int64_t i = 0; i < tensor.numel(); ++i) {
    values[i] = Scrambled(start + static_cast<uint32_t>(i)) / 2147483648.0 - 1;
  }
  return tensor;
}

// As `tensor` of the script.
inline at::Tensor FormulaTensor(const std::string& name, at::IntArrayRef shape) {
  const at::Tensor u = FormulaNumbers(name, shape);
  if (shape.size() > 1) return u * std::sqrt(6.0 * static_cast<double>(shape[0]) / u.numel());
  if (name.ends_with(".norm.weight") || name.ends_with("running_var")) return 1 + 0.5 * u;
  return name.ends_with("running_mean") ? 0.3 * u : 0.2 * u;
}

// Gives every parameter and statistic the tensor of its name.
inline void FillByFormula(FlatParameters& parameters) {
  const at::NoGradGuard no_grad;
  for (const auto* entries : {&parameters.parameters(), &parameters.statistics()}) {
    for (const FlatEntry& entry : *entries) {
      entry.tensor.copy_(FormulaTensor(entry.name, entry.tensor.sizes()));
    }
  }
}

}  // namespace pleat
