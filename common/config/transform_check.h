// Checks of transforms that take more than one field, or the images' size.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each gamma with an empty range, and one_of that can draw nothing, in
// training.augmentation and ensemble.tta.
void CheckTransforms(const v1::SweepSpec& spec, std::vector<Problem>* problems);

// INVALID_ARGUMENT names, below `path`, the first transform with such a problem, or that images of
// this size cannot take: a window that is larger than the padded image, a grid with more cells than
// pixels. What the search has varied is checked only here.
absl::Status CheckTransformsFit(
    const google::protobuf::RepeatedPtrField<v1::TransformSpec>& transforms,
    const std::string& path, int64_t height, int64_t width);

// The same for every list of ensemble.tta.
absl::Status CheckViewsFit(const v1::EnsembleSpec& ensemble, int64_t height, int64_t width);

// True if a parameter of the search is of training.augmentation: its transforms are then known only
// of a trial.
bool SearchVariesAugmentation(const v1::SweepSpec& spec);

// CheckTransformsFit for training.augmentation, unless the search varies it, so that only a trial
// can tell.
absl::Status CheckAugmentationFits(const v1::SweepSpec& spec, int64_t height, int64_t width);

}  // namespace pleat
