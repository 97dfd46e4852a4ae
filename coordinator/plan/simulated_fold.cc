#include "coordinator/plan/simulated_fold.h"

#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"

namespace pleat {

v1::EpochMetrics SyntheticMetrics(double loss, uint32_t epoch) {
  v1::EpochMetrics metrics;
  metrics.set_epoch(epoch);
  metrics.set_val_loss(loss);
  metrics.set_val_log_loss(loss);
  metrics.set_val_accuracy(1 - loss);
  v1::ClassMetrics* validation = metrics.mutable_validation();
  validation->set_log_loss(loss);
  validation->set_ece(loss);
  validation->set_macro_f1(1 - loss);
  validation->set_macro_precision(1 - loss);
  validation->set_macro_recall(1 - loss);
  return metrics;
}

v1::TaskResult SyntheticResult(const v1::TrainFoldTask& task, const SyntheticCurve& curve) {
  const uint32_t epochs = EpochCount(task.config().training());
  v1::TaskResult result;
  v1::EpochMetrics* counts = result.mutable_train_fold()->mutable_metrics();
  *counts = SyntheticMetrics(curve.LossAt(task.fold(), epochs), epochs);
  if (!BestEpochCounts(task.config().training())) return result;
  const v1::MetricSpec judge = CheckpointMetric(task.config().training(), task.metric());
  const double sign = MetricIsMaximized(judge) ? 1 : -1;
  // Of equal ones the first counts.
  for (uint32_t epoch = epochs; epoch >= 1; --epoch) {
    v1::EpochMetrics metrics = SyntheticMetrics(curve.LossAt(task.fold(), epoch), epoch);
    const double gain = MetricValue(judge, metrics) - MetricValue(judge, *counts);
    if (sign * gain >= 0) *counts = std::move(metrics);
  }
  return result;
}

}  // namespace pleat
