// Predicts with a whole ensemble from its folder, without a coordinator.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/data/dataset.h"
#include "worker/distributed/device.h"
#include "worker/predict/ensemble_manifest.h"

namespace pleat {

// The folder is `ensemble/<version>` of a store, or what `pleat pull` made of it: manifest.json and
// members/<0003_2>/{weights.safetensors,config.json}. One thread uses a predictor at a time.
class EnsemblePredictor {
 public:
  // Reads the manifest; predictions are made on `device`. NOT_FOUND if there is none;
  // INVALID_ARGUMENT if it is not one.
  static absl::StatusOr<EnsemblePredictor> Open(const std::string& folder,
                                                const ComputeDevice& device = {});

  // float32 [rows, classes]: probabilities of every row of `dataset`. Each member predicts over the
  // ensemble's views; a Blender takes their weighted mean in the members' order, as the coordinator
  // does: the sweep's test rows give `predictions.npy` bit for
  // bit, on a device like the sweep's. Torch's threads are set to the sweep's. DATA_LOSS names a
  // member's file that is not what the manifest says; INVALID_ARGUMENT if the rows have another
  // shape.
  absl::StatusOr<std::vector<float>> Predict(const Dataset& dataset) const;

  const EnsembleManifest& manifest() const { return manifest_; }

 private:
  EnsemblePredictor(std::string folder, EnsembleManifest manifest, const ComputeDevice& device);

  // Logits or probabilities of one member.
  absl::StatusOr<std::vector<float>> PredictMember(const EnsembleMember& member,
                                                   const Dataset& dataset) const;
  absl::StatusOr<std::string> Read(const v1::Artifact& artifact) const;

  std::string folder_;
  EnsembleManifest manifest_;
  ComputeDevice device_;
};

}  // namespace pleat
