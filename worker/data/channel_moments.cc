#include "worker/data/channel_moments.h"

#include <array>
#include <cmath>

namespace pleat {
namespace {

using Counts = std::array<uint64_t, 256>;

std::vector<Counts> CountValues(const Dataset& dataset, std::span<const int64_t> rows) {
  std::vector<Counts> counts(dataset.channels);
  const int64_t pixels = dataset.height * dataset.width;
  for (const int64_t row : rows) {
    const uint8_t* value = dataset.row(row);
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
      for (Counts& of_channel : counts) ++of_channel[*value++];
    }
  }
  return counts;
}

}  // namespace

ChannelMoments ChannelMomentsOf(const Dataset& dataset, std::span<const int64_t> rows,
                                double scale) {
  const auto n = static_cast<double>(std::ssize(rows) * dataset.height * dataset.width);
  ChannelMoments moments;
  for (const Counts& counts : CountValues(dataset, rows)) {
    uint64_t sum = 0;
    for (size_t value = 0; value < counts.size(); ++value) sum += value * counts[value];
    const double mean = static_cast<double>(sum) / n;
    double squares = 0;
    for (size_t value = 0; value < counts.size(); ++value) {
      const double distance = static_cast<double>(value) - mean;
      squares += static_cast<double>(counts[value]) * distance * distance;
    }
    moments.mean.push_back(mean / scale);
    moments.deviation.push_back(squares > 0 ? std::sqrt(squares / n) / scale : 1);
  }
  return moments;
}

}  // namespace pleat
