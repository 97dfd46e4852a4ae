// Runs a loop over a flat buffer in the buffer's type, over the threads of this rank.
#pragma once

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/types.h>

#include <cstdint>

namespace pleat {

// Calls body(T(), begin, end) for pieces of [0, n) of `values`, a contiguous float32 or float64 CPU
// tensor [n].
template <typename Body>
void ForEachPiece(const at::Tensor& values, const Body& body) {
  constexpr int64_t kPiece = 1 << 15;  // elements; a few buffers of it fit the L2 cache
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "flat loop", [&] {
    at::parallel_for(0, values.numel(), kPiece,
                     [&](int64_t begin, int64_t end) { body(scalar_t(), begin, end); });
  });
}

}  // namespace pleat
