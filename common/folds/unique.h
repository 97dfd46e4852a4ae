// numpy.unique(values, return_inverse=True).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace pleat {

template <typename T>
struct Unique {
  std::vector<T> values;        // each once, ascending
  std::vector<uint32_t> index;  // of each input in `values`
};

template <typename T>
Unique<T> FindUnique(std::span<const T> inputs) {
  Unique<T> unique{.values = {inputs.begin(), inputs.end()}, .index = {}};
  std::ranges::sort(unique.values);
  // Not ranges::unique, which clang 14 does not compile with GCC 12's library.
  unique.values.erase(std::unique(unique.values.begin(), unique.values.end()), unique.values.end());
  unique.index.reserve(inputs.size());
  for (const T input : inputs) {
    const auto found = std::ranges::lower_bound(unique.values, input);
    unique.index.push_back(static_cast<uint32_t>(found - unique.values.begin()));
  }
  return unique;
}

}  // namespace pleat
