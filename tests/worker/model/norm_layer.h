// A BatchNorm layer with its parameters, and inputs for it.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "worker/model/layers/batch_norm.h"

namespace pleat {

// The parameters are away from their initial values.
struct NormLayer {
  FlatParameters parameters;
  BatchNorm norm;

  NormLayer(int64_t channels, at::ScalarType dtype, at::Device device = at::kCPU,
            AfterNorm after = AfterNorm::kSilu)
      : norm(parameters, "norm", channels, after) {
    parameters.Allocate(dtype, device);
    const at::NoGradGuard no_grad;
    weight().copy_(at::linspace(0.5, 1.5, channels, at::kDouble));
    bias().copy_(at::linspace(-0.4, 0.3, channels, at::kDouble));
  }
  at::Tensor weight() const { return parameters.parameters()[0].tensor; }
  at::Tensor bias() const { return parameters.parameters()[1].tensor; }
  at::Tensor running_mean() const { return parameters.statistics()[0].tensor; }
  at::Tensor running_var() const { return parameters.statistics()[1].tensor; }
};

// Deterministic values around 3 with a spread that differs by channel.
inline at::Tensor NormInputs(std::vector<int64_t> shape, at::ScalarType dtype) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  const at::Tensor values =
      (at::arange(count, at::kDouble) * 0.7312).sin() * 2 + at::linspace(2, 4, count, at::kDouble);
  const at::Tensor shaped = values.reshape(shape).to(dtype);
  return shape.size() == 4 ? shaped.contiguous(at::MemoryFormat::ChannelsLast) : shaped;
}

// A gradient for the output that differs from element to element.
inline at::Tensor OutputGradient(const at::Tensor& like) {
  return (at::arange(like.numel(), at::kDouble) * 0.377)
      .cos()
      .reshape(like.sizes())
      .to(like.scalar_type());
}

// Relative to the largest expected number, or 1.
inline void ExpectClose(const at::Tensor& actual, const at::Tensor& expected, double tolerance) {
  EXPECT_LE((actual - expected).abs().max().item<double>(),
            tolerance * (1 + expected.abs().max().item<double>()));
}

}  // namespace pleat
