// Mean and variance per channel, gathered piece by piece and rank by rank.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

#include "worker/distributed/communicator.h"

namespace pleat {

// Of all rows of a batch, on all ranks.
struct BatchMoments {
  int64_t count = 0;
  at::Tensor mean;  // [channels] double, on the device of the batch
  at::Tensor m2;    // [channels] double, there too: the sum of squared differences from the mean
};

// Moments of the columns of `x`: dense float or double memory of [rows, channels], channels
// contiguous. `statistics` null: of these rows alone; else of all ranks' rows together, the same
// bits on every rank. They do not depend on the number of CPU threads. The exchange also carries
// whether a rank's `should_abandon` (may be null) says so: then StepAbandoned is thrown on every
// rank. Throws c10::Error when the collective fails.
BatchMoments GlobalMoments(const at::Tensor& x, int64_t channels, Communicator* statistics,
                           const std::function<bool()>* should_abandon = nullptr);

// Rows of a block that fits in cache, so that a second pass over it is cheap. Blocks depend on the
// shape alone: threads never change the order of a sum.
int64_t RowsPerBlock(int64_t channels);

}  // namespace pleat
