#include "common/base/numpy_random.h"

#include <bit>
#include <numeric>

namespace pleat {

std::vector<int64_t> NumpyRandomState::Permutation(uint32_t size) {
  std::vector<int64_t> values(size);
  std::iota(values.begin(), values.end(), 0);
  Shuffle(std::span(values));
  return values;
}

uint32_t NumpyRandomState::Interval(uint32_t max) {
  const uint32_t mask = 0xffffffffu >> std::countl_zero(max);
  uint32_t value;
  do {
    value = static_cast<uint32_t>(generator_()) & mask;
  } while (value > max);
  return value;
}

}  // namespace pleat
