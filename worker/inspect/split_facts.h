// What a split holds, in numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "worker/data/dataset.h"

namespace pleat {

struct SplitFacts {
  std::string name = {};
  uint64_t rows = 0;
  bool is_labelled = true;
  std::vector<uint64_t> class_rows = {};       // [classes]; empty: without labels
  std::vector<std::string> group_names = {};   // [groups]; empty: numbers
  std::vector<uint64_t> group_rows = {};       // [groups], rows of each; empty: no groups
  std::vector<std::string> origin_names = {};  // empty: one set
  std::vector<uint64_t> origin_rows = {};      // [origins]
  uint8_t least = 0;                           // pixel values
  uint8_t largest = 0;
};

// Counts a split of a sweep with `classes` classes.
SplitFacts CountSplit(const std::string& name, const Dataset& dataset, uint32_t classes);

// Smallest, median (the lower one of an even number) and largest; `counts` is not empty.
struct CountSpread {
  uint64_t smallest = 0;
  uint64_t median = 0;
  uint64_t largest = 0;
};
CountSpread SpreadOf(std::vector<uint64_t> counts);

}  // namespace pleat
