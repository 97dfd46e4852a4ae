// Which elements dropout keeps, as a pure function of position: the same in any batch, on any rank,
// with any number of threads.
#pragma once

#include <cstdint>

namespace pleat {

// Where a row's mask stands.
struct DropoutPosition {
  uint64_t key = 0;    // of (seed, trial, fold)
  uint32_t layer = 0;  // index of the dropout layer in its model
  uint32_t epoch = 0;
  uint64_t row = 0;  // of the data set
};

// Probabilities are multiples of 1 / kDropoutSteps.
inline constexpr uint32_t kDropoutSteps = 65536;

// The Philox key of a layer's masks; `key` is that of (seed, trial, fold).
uint64_t DropoutKey(uint64_t key, uint32_t layer);

// keep[i] = 1 if element i of the row (logical order) stays, 0 if it is dropped, for i < count.
// An element is dropped if its uniform 16-bit number is below `threshold`. Element 8i + j has half
// j % 2 (0: the low one) of word j / 2 of Philox(DropoutKey(key, layer), {i, row, epoch, row >>
// 32}).
void FillDropoutMask(const DropoutPosition& position, uint32_t threshold, int64_t count,
                     uint8_t* keep);

}  // namespace pleat
