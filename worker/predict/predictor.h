// Predicts rows with one trained model, averaged over test-time views.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "common/metrics/blender.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"
#include "worker/distributed/communicator.h"
#include "worker/distributed/device.h"

namespace pleat {

// One model, ready to predict.
struct PredictorSpec {
  v1::TrialConfig config;
  std::string_view weights;  // bytes of weights.safetensors
  int64_t channels = 1, height = 28, width = 28;
  uint32_t classes = 0;
  double scale = 255;
  std::vector<v1::View> views;            // empty: the row as it is
  Blend blend = Blend::kMeanProbability;  // what to average over views
  ComputeDevice device;                   // of this rank; a GPU is the current one
};

// float32 [row_ids.size(), classes]: softmax probabilities (or logits), averaged over the views in
// double, in the views' order; in chunks, so the result depends neither on which rows are asked for
// together nor on the number of ranks. Every rank of the group calls it; rank 0 gets the result,
// others an empty one. Rank 0's `keep_going` is asked. INVALID_ARGUMENT: weights or rows do not
// fit; RESOURCE_EXHAUSTED: memory. When a rank fails in the middle the group is broken, see
// LeaveGroup.
absl::StatusOr<std::vector<float>> Predict(const PredictorSpec& spec, const Dataset& dataset,
                                           std::span<const int64_t> row_ids, Group& group,
                                           const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
