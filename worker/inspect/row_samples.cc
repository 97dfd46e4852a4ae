#include "worker/inspect/row_samples.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/philox.h"

namespace pleat {
namespace {

// Any number: the samples only have to be the same each time.
constexpr uint64_t kSampleKey = 2019;

// The first `most` of a Fisher-Yates shuffle.
void KeepSome(std::vector<int64_t>& rows, size_t most, uint32_t label) {
  if (rows.size() <= most) return;
  RandomStream random(kSampleKey, RandomPurpose::kInspection, label);
  for (size_t i = 0; i < most; ++i) {
    std::swap(rows[i], rows[i + random.NextBelow(rows.size() - i)]);
  }
  rows.resize(most);
  std::ranges::sort(rows);
}

}  // namespace

std::vector<std::vector<int64_t>> SampleRows(const Dataset& dataset, uint32_t classes,
                                             size_t most) {
  std::vector<std::vector<int64_t>> samples(dataset.labels.empty() ? 1 : classes);
  if (dataset.labels.empty()) {
    samples[0].resize(static_cast<size_t>(dataset.rows));
    std::iota(samples[0].begin(), samples[0].end(), 0);
  }
  for (size_t row = 0; row < dataset.labels.size(); ++row) {
    samples[static_cast<size_t>(dataset.labels[row])].push_back(static_cast<int64_t>(row));
  }
  for (size_t label = 0; label < samples.size(); ++label) {
    KeepSome(samples[label], most, static_cast<uint32_t>(label));
  }
  return samples;
}

}  // namespace pleat
