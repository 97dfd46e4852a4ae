// Predictions as a file.
#pragma once

#include <span>
#include <string>

#include "absl/status/status.h"
#include "worker/data/dataset.h"
#include "worker/predict/ensemble_manifest.h"

namespace pleat {

// OK if `path` ends in .csv or .npy and its folder exists; INVALID_ARGUMENT says what to do.
absl::Status CheckPredictionOutput(const std::string& path);

// Writes `probabilities` [rows, classes], complete or not at all: a .csv with the columns id, label
// (the first class of the largest probability, by its name if it has one), p0, p1, … (p_cat, p_dog,
// … of classes with names); or a .npy of float32 [rows, classes].
absl::Status WritePredictionOutput(const std::string& path, const Dataset& dataset,
                                   std::span<const float> probabilities,
                                   const EnsembleManifest& manifest);

}  // namespace pleat
