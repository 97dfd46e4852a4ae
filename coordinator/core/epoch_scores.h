// The learning curve of a fold, in the search's metric.
#pragma once

#include <vector>

#include "proto/sweep.pb.h"
#include "proto/task.pb.h"

namespace pleat {

struct EpochScores {
  // After each epoch, the metric of the weights that would count if the fold ended there: of this
  // epoch, or of the best one so far (`training.checkpoint`).
  std::vector<double> values;
  // Value of `training.checkpoint_metric` in the epoch that counts; higher is better.
  double best = 0;

  // An epoch that is there already, reported again by a later attempt, changes nothing.
  void Add(const v1::EpochMetrics& metrics, const v1::TrainingSpec& training,
           const v1::MetricSpec& metric);
};

}  // namespace pleat
