// numpy.random.RandomState, bit for bit, as far as scikit-learn's splitters use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace pleat {

// MT19937 seeded with one 32-bit number, with the legacy algorithms that numpy froze (NEP 19).
class NumpyRandomState {
 public:
  explicit NumpyRandomState(uint32_t seed) : generator_(seed) {}

  // RandomState.shuffle of a one-dimensional array of at most 2^32 elements (Fisher-Yates from the
  // end).
  template <typename T>
  void Shuffle(std::span<T> values) {
    for (size_t i = values.size(); i-- > 1;) {
      std::swap(values[i], values[Interval(static_cast<uint32_t>(i))]);
    }
  }

  // RandomState.permutation(size): 0 … size-1 shuffled.
  std::vector<int64_t> Permutation(uint32_t size);

 private:
  // Uniform in [0, max]: numpy's `random_interval`, masked rejection on 32-bit draws.
  uint32_t Interval(uint32_t max);

  std::mt19937 generator_;
};

}  // namespace pleat
