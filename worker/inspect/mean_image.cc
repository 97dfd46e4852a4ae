#include "worker/inspect/mean_image.h"

#include <algorithm>
#include <array>

namespace pleat {
namespace {

// Pixels are summed in pieces of an image: the sums of a large one as a whole would be eight times
// its size.
constexpr size_t kPiece = 4096;

std::vector<int64_t> RowsOf(const Dataset& dataset, int64_t label) {
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < dataset.rows; ++row) {
    if (dataset.labels.empty() || dataset.labels[static_cast<size_t>(row)] == label) {
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace

std::vector<float> MeanImage(const Dataset& dataset, int64_t label) {
  const std::vector<int64_t> rows = RowsOf(dataset, label);
  std::vector<float> image(static_cast<size_t>(dataset.shape().size()));
  for (size_t begin = 0; begin < image.size(); begin += kPiece) {
    const size_t pixels = std::min(kPiece, image.size() - begin);
    std::array<uint64_t, kPiece> sums = {};
    for (const int64_t row : rows) {
      const uint8_t* bytes = dataset.row(row) + begin;
      for (size_t i = 0; i < pixels; ++i) sums[i] += bytes[i];
    }
    for (size_t i = 0; i < pixels; ++i) {
      image[begin + i] =
          static_cast<float>(static_cast<double>(sums[i]) / static_cast<double>(rows.size()));
    }
  }
  return image;
}

}  // namespace pleat
