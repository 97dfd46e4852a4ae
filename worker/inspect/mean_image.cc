#include "worker/inspect/mean_image.h"

namespace pleat {

std::vector<std::vector<uint8_t>> MeanImages(const Dataset& dataset, uint32_t classes) {
  const auto values = static_cast<size_t>(dataset.height * dataset.width * dataset.channels);
  const size_t means = dataset.labels.empty() ? 1 : classes;
  std::vector<std::vector<uint64_t>> sums(means);
  std::vector<uint64_t> rows(means);
  for (int64_t row = 0; row < dataset.rows; ++row) {
    const size_t label =
        dataset.labels.empty() ? 0 : static_cast<size_t>(dataset.labels[static_cast<size_t>(row)]);
    sums[label].resize(values);
    ++rows[label];
    const uint8_t* pixels = dataset.row(row);
    for (size_t i = 0; i < values; ++i) sums[label][i] += pixels[i];
  }
  std::vector<std::vector<uint8_t>> images(means);
  for (size_t label = 0; label < means; ++label) {
    for (const uint64_t sum : sums[label]) {
      images[label].push_back(static_cast<uint8_t>((sum + rows[label] / 2) / rows[label]));
    }
  }
  return images;
}

}  // namespace pleat
