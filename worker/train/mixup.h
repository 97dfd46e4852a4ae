// Mixup (Zhang et al. 2018, "mixup: Beyond empirical risk minimization"): training on blends of two
// rows each.
#pragma once

#include <cstdint>
#include <span>

#include "proto/sweep.pb.h"
#include "worker/train/batch_loader.h"

namespace pleat {

// The share m of a row in its blend: Beta(alpha, alpha), a pure function of its arguments. It is
// rounded to a multiple of 2^-16, so that the last bits of libm, which differ between machines, do
// not show. `key` is that of (seed, trial, fold).
double DrawMixupShare(double alpha, uint64_t key, uint32_t epoch, uint64_t row);

// What a rank trains of a global batch.
struct BatchPart {
  std::span<const int64_t> batch;  // the rows of all ranks
  std::span<const int64_t> rows;   // this rank's: a piece of `batch`
  uint64_t key = 0;                // of (seed, trial, fold)
  uint32_t epoch = 0;              // from 0
};

// The rank's rows, each blended with its partner, the next row of the global batch (the last row's
// is the first): m times itself plus 1 - m times the partner, both augmented by their own draws.
// Batches are shuffled by the key, so this partner is as random as any, and a rank loads but one
// row more than its own.
Batch LoadMixed(const v1::MixupSpec& mixup, const BatchLoader& loader, const BatchPart& part);

}  // namespace pleat
