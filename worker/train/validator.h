// Predicts and scores a fold's validation rows.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/model/model.h"
#include "worker/train/batch_loader.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// Cuts the rows into chunks of a fixed size (the last one padded), which the ranks share out; so a
// row's logits depend neither on the other rows nor on the number of ranks. Every rank of the group
// calls the same functions; used by one thread.
class Validator {
 public:
  // `job`, `loader` and `group` outlive the validator.
  Validator(const FoldJob& job, const BatchLoader& loader, Group& group);

  // Logits of the validation rows in row order, float32 [rows, classes], on every rank; no dropout,
  // no augmentation, running statistics. Throws StepAbandoned when `should_abandon`, which may be
  // null, says so.
  absl::StatusOr<std::vector<float>> Logits(Model& model,
                                            const std::function<bool()>* should_abandon) const;
  // Puts loss (the configured one), accuracy and log loss of `logits` into `metrics`, the same on
  // every rank.
  absl::Status Score(std::span<const float> logits, v1::EpochMetrics& metrics) const;

  int64_t rows() const { return static_cast<int64_t>(rows_.size()); }

 private:
  std::span<const int64_t> Chunk(int64_t index) const;
  double MeanLoss(std::span<const float> logits) const;

  const v1::LossSpec loss_;
  const int64_t classes_;
  const BatchLoader& loader_;
  Group& group_;
  std::vector<int64_t> rows_;
  std::vector<int64_t> labels_;
};

}  // namespace pleat
