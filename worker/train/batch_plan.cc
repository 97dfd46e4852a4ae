#include "worker/train/batch_plan.h"

#include <algorithm>
#include <utility>

#include "common/base/philox.h"

namespace pleat {

BatchPlan::BatchPlan(std::vector<int64_t> rows, int64_t batch_size, uint64_t key)
    : rows_(std::move(rows)),
      batch_size_(std::min(batch_size, static_cast<int64_t>(rows_.size()))),
      steps_(rows_.empty() ? 0 : static_cast<int64_t>(rows_.size()) / batch_size_),
      key_(key) {}

void BatchPlan::StartEpoch(uint32_t epoch) {
  order_ = rows_;
  RandomStream random(key_, RandomPurpose::kEpochOrder, epoch);
  for (size_t left = order_.size(); left > 1; --left) {
    std::swap(order_[left - 1], order_[random.NextBelow(left)]);
  }
}

std::span<const int64_t> BatchPlan::Batch(int64_t step) const {
  return std::span(order_).subspan(step * batch_size_, batch_size_);
}

std::span<const int64_t> PartOfRank(std::span<const int64_t> batch, int rank, int size) {
  const size_t each = batch.size() / size;
  const size_t more = batch.size() % size;
  const size_t r = rank;
  return batch.subspan(r * each + std::min(r, more), each + (r < more ? 1 : 0));
}

}  // namespace pleat
