// Mean and standard deviation of inputs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "worker/data/dataset.h"

namespace pleat {

// Of each channel: [channels].
struct ChannelMoments {
  std::vector<double> mean;
  std::vector<double> deviation;  // of the population (n, not n - 1); 1 where it would be 0
};

// Over all pixels of `rows` of `dataset`, at least one, divided by `scale`. From exact counts of
// the values, so the order of the rows does not matter.
ChannelMoments ChannelMomentsOf(const Dataset& dataset, std::span<const int64_t> rows,
                                double scale);

}  // namespace pleat
