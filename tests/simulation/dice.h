// The one source of chance of a simulation.
#pragma once

#include <cstdint>

#include "common/base/philox.h"

namespace pleat::simulation {

// Draws follow from the seed and from their order alone. Not thread-safe.
class Dice {
 public:
  explicit Dice(uint64_t seed) : stream_(seed, RandomPurpose::kSimulation) {}

  bool Chance(double p) { return p > 0 && stream_.NextDouble() < p; }
  // Uniform in [low, high].
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(stream_.NextBelow(static_cast<uint64_t>(high - low) + 1));
  }
  // Uniform in [0, bound).
  size_t Below(size_t bound) { return stream_.NextBelow(bound); }

 private:
  RandomStream stream_;
};

}  // namespace pleat::simulation
