#include "worker/inspect/mean_image.h"

#include "worker/data/shown_byte.h"

namespace pleat {

std::vector<uint8_t> MeanImage(const Dataset& dataset, int64_t label, double scale) {
  std::vector<uint64_t> sums(static_cast<size_t>(dataset.shape().size()));
  uint64_t rows = 0;
  for (int64_t row = 0; row < dataset.rows; ++row) {
    if (!dataset.labels.empty() && dataset.labels[static_cast<size_t>(row)] != label) continue;
    ++rows;
    const uint8_t* pixels = dataset.row(row);
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += pixels[i];
  }
  std::vector<uint8_t> image;
  for (const uint64_t sum : sums) {
    image.push_back(ShownByte(static_cast<double>(sum) / static_cast<double>(rows), scale));
  }
  return image;
}

}  // namespace pleat
