// Sobol's low-discrepancy sequence: points that cover a cube evenly.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The first 2^k points have one in each of 2^k equal slices of every axis, and of many boxes of
// equal volume. Direction numbers are those of Joe and Kuo 2008, "Constructing Sobol sequences with
// better two-dimensional projections" (new-joe-kuo-6), the order is the Gray code's, as in SciPy.
// Immutable; any thread may use it.
class SobolSequence {
 public:
  // The most dimensions that there are direction numbers for.
  static uint32_t MostDimensions();

  // INVALID_ARGUMENT: more than MostDimensions().
  static absl::StatusOr<SobolSequence> Make(uint32_t dimensions);

  // Coordinate of point `index` times 2^32.
  uint32_t At(uint32_t index, uint32_t dimension) const;
  // The same coordinate in (0, 1), scrambled by Owen's nested permutations of its digits, which
  // keep the cover even and are drawn by hashing with a key (Burley 2020, "Practical hash-based
  // Owen scrambling"). Different keys give independent axes.
  double ScrambledAt(uint32_t index, uint32_t dimension, uint32_t key) const;

 private:
  // By dimension and digit: 32 each.
  explicit SobolSequence(std::vector<uint32_t> directions) : directions_(std::move(directions)) {}

  std::vector<uint32_t> directions_;
};

}  // namespace pleat
