// What training gives: a pure function of configuration, fold and epoch.
#pragma once

#include <cstdint>

#include "proto/artifact.pb.h"

namespace pleat::simulation {

// The weights of a fold, as the content of a file. Each epoch's follow from those of the one
// before, so whoever goes on from wrong ones ends with others.
uint64_t InitialWeights(const v1::TrialConfig& config, uint32_t fold);
uint64_t WeightsAfter(uint64_t weights, uint32_t epoch);

// Metrics of these weights. Trials differ by more than their noise.
v1::EpochMetrics MetricsOfWeights(const v1::TrialConfig& config, uint32_t fold, uint32_t epoch,
                                  uint64_t weights);

}  // namespace pleat::simulation
