#include "coordinator/core/epoch_scores.h"

#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"

namespace pleat {

void EpochScores::Add(const v1::EpochMetrics& metrics, const v1::TrainingSpec& training,
                      const v1::MetricSpec& metric) {
  if (metrics.epoch() != values.size() + 1) return;
  const double value = MetricValue(metric, metrics);
  if (!BestEpochCounts(training)) return values.push_back(value);
  const v1::MetricSpec judge = CheckpointMetric(training, metric);
  const double quality = (MetricIsMaximized(judge) ? 1 : -1) * MetricValue(judge, metrics);
  const bool counts = values.empty() || quality > best;
  if (counts) best = quality;
  values.push_back(counts ? value : values.back());
}

}  // namespace pleat
