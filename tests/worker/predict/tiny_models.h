// Small models and data for tests of prediction.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "proto/artifact.pb.h"
#include "worker/data/dataset.h"
#include "worker/model/model.h"

namespace pleat {

constexpr int64_t kTinySide = 12;
constexpr uint32_t kTinyClasses = 10;

// A configuration of an MLP with 8 hidden units.
inline v1::TrialConfig TinyConfig() {
  v1::TrialConfig config;
  config.mutable_model()->mutable_mlp()->add_hidden(8);
  config.mutable_model()->mutable_mlp()->set_dropout(0);
  config.mutable_training()->set_precision("fp32");
  return config;
}

// weights.safetensors of that network with initial weights drawn from `key`.
inline std::string TinyWeights(uint64_t key) {
  const auto model =
      MakeModel(TinyConfig().model(), ModelShape{1, kTinySide, kTinySide, kTinyClasses}, key,
                at::kFloat, at::kCPU);
  EXPECT_TRUE(model.ok()) << model.status();
  return (*model)->parameters().ToSafetensors();
}

inline Dataset TinyDigits(uint32_t samples) {
  v1::DatasetSpec spec;
  spec.mutable_synthetic_digits()->set_samples(samples);
  spec.mutable_synthetic_digits()->set_writers(10);
  spec.mutable_synthetic_digits()->set_size(kTinySide);
  const auto dataset = ReadDataset(spec);
  EXPECT_TRUE(dataset.ok()) << dataset.status();
  return *dataset;
}

}  // namespace pleat
