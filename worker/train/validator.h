// Predicts and scores a fold's validation rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/artifact.pb.h"
#include "proto/training_state.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/model/model.h"
#include "worker/train/batch_loader.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// Every rank of the group calls the same functions; used by one thread.
class Validator {
 public:
  // `job`, `loader` and `group` outlive the validator.
  Validator(const FoldJob& job, const BatchLoader& loader, Group& group);

  // Logits of the validation rows in row order, float32 [rows, classes], on every rank; no dropout,
  // no augmentation, running statistics. See PredictInChunks for `keep_going`, of which rank 0's is
  // asked.
  absl::StatusOr<std::vector<float>> Logits(Model& model, const KeepGoing& keep_going) const;
  // Puts the loss (the configured one) and all metrics of `logits` into `metrics`, the same on
  // every rank, and returns how the classes were predicted.
  absl::StatusOr<v1::ClassCounts> Score(std::span<const float> logits,
                                        v1::EpochMetrics& metrics) const;

  std::span<const int64_t> labels() const { return labels_; }
  int64_t rows() const { return static_cast<int64_t>(rows_.size()); }

 private:
  double MeanLoss(std::span<const float> logits) const;

  const v1::LossSpec loss_;
  const int64_t classes_;
  const BatchLoader& loader_;
  Group& group_;
  std::vector<int64_t> rows_;
  std::vector<int64_t> labels_;
};

}  // namespace pleat
