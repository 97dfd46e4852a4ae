// A fold that a simulated group trains.
#pragma once

#include <cstdint>

#include "coordinator/plan/synthetic_objective.h"
#include "proto/artifact.pb.h"
#include "proto/task.pb.h"

namespace pleat {

// The metrics of one epoch: every loss and calibration error is `loss`, every share 1 - loss.
v1::EpochMetrics SyntheticMetrics(double loss, uint32_t epoch);

// What a fold gives that was trained to its end: the metrics of its last epoch, or of its best one
// where `training.checkpoint` says so.
v1::TaskResult SyntheticResult(const v1::TrainFoldTask& task, const SyntheticCurve& curve);

}  // namespace pleat
