#include "tests/simulation/simulated_training.h"

#include <cmath>

#include "common/base/philox.h"
#include "tests/simulation/simulated_store.h"

namespace pleat::simulation {
namespace {

uint64_t MixParameters(const v1::TrialConfig& config, uint64_t content) {
  for (const v1::ParameterValue& parameter : config.parameters()) {
    content = MixText(MixText(content, parameter.path()), parameter.value());
  }
  return content;
}

// In [0, 1).
double Share(uint64_t content) { return static_cast<double>(content >> 11) * 0x1p-53; }

}  // namespace

uint64_t InitialWeights(const v1::TrialConfig& config, uint32_t fold) {
  return MixKeys(MixParameters(config, 7), fold);
}

uint64_t WeightsAfter(uint64_t weights, uint32_t epoch) { return MixKeys(weights, epoch); }

v1::EpochMetrics MetricsOfWeights(const v1::TrialConfig& config, uint32_t fold, uint32_t epoch,
                                  uint64_t weights) {
  const double end = 0.9 - 0.3 * Share(MixParameters(config, 11)) - 0.01 * fold;
  const double accuracy = end - 0.3 * std::exp(-0.9 * epoch) + 0.004 * (Share(weights) - 0.5);
  v1::EpochMetrics metrics;
  metrics.set_epoch(epoch);
  metrics.set_val_accuracy(accuracy);
  metrics.set_val_log_loss(1 - accuracy);
  metrics.set_val_loss(1 - accuracy);
  return metrics;
}

}  // namespace pleat::simulation
