// What `manifest.json` of an ensemble says about predicting with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/metrics/blender.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// One model of the ensemble; file paths are relative to the ensemble's folder.
struct EnsembleMember {
  double weight = 0;
  v1::Artifact weights;  // members/<0003_2>/weights.safetensors
  v1::Artifact config;   // members/<0003_2>/config.json
};

struct EnsembleManifest {
  int64_t channels = 1, height = 28, width = 28;
  uint32_t classes = 0;
  std::vector<std::string> class_names;  // by number; empty: classes are called by their numbers
  double scale = 255;
  Blend blend = Blend::kMeanProbability;
  // CPU threads that predictions were made with: other numbers may change their last bits.
  int threads = 1;
  // The sweep's data sets, without paths: how the columns of its CSV files are named.
  v1::DataSpec data;
  // Likewise the column of its folds, if they were predefined.
  v1::PredefinedSplitSpec predefined;
  std::vector<v1::View> views;
  std::vector<EnsembleMember> members;
};

// Parses format version 1. INVALID_ARGUMENT says what is missing or wrong.
absl::StatusOr<EnsembleManifest> ParseEnsembleManifest(std::string_view json);

// The trial's configuration from a member's `config.json`, format version 1.
absl::StatusOr<v1::TrialConfig> ParseMemberConfig(std::string_view json);

}  // namespace pleat
