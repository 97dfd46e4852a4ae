// Which rows make up each step's batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pleat {

// The global batches of a fold. Rows are shuffled anew in each epoch, by a pure function of (key,
// epoch), and cut into floor(rows / batch_size) batches; what is left over is not seen in that
// epoch. Fewer rows than batch_size make one batch. Not thread-safe.
class BatchPlan {
 public:
  // `rows`: the training rows of the fold; without any there are no steps. batch_size > 0.
  BatchPlan(std::vector<int64_t> rows, int64_t batch_size, uint64_t key);

  int64_t steps_per_epoch() const { return steps_; }
  // Rows of every batch.
  int64_t batch_size() const { return batch_size_; }
  // Shuffles for `epoch`, counted from 0.
  void StartEpoch(uint32_t epoch);
  // Rows of step `step` of the epoch that was started, counted from 0.
  std::span<const int64_t> Batch(int64_t step) const;

 private:
  const std::vector<int64_t> rows_;
  const int64_t batch_size_;
  const int64_t steps_;
  const uint64_t key_;
  std::vector<int64_t> order_;
};

// The contiguous piece of a batch that rank `rank` of `size` trains; the first ranks get one row
// more where it does not divide evenly.
std::span<const int64_t> PartOfRank(std::span<const int64_t> batch, int rank, int size);

}  // namespace pleat
