#include "worker/train/early_stopping.h"

#include <cstdint>
#include <limits>

#include "common/metrics/metrics.h"

namespace pleat {

bool StopsEarly(const v1::EarlyStoppingSpec& spec,
                const google::protobuf::RepeatedPtrField<v1::EpochMetrics>& history) {
  v1::MetricSpec metric;
  metric.set_name(spec.metric());
  metric.set_goal("auto");
  const double sign = MetricIsMaximized(metric) ? 1 : -1;
  double best = -std::numeric_limits<double>::infinity();
  uint32_t waited = 0;
  for (const v1::EpochMetrics& epoch : history) {
    const double value = sign * MetricValue(metric, epoch);
    if (value - spec.min_delta() > best) {
      best = value;
      waited = 0;
    } else {
      ++waited;
    }
  }
  // Whatever the patience, an epoch of progress is not the last.
  return waited > 0 && waited >= spec.patience();
}

}  // namespace pleat
