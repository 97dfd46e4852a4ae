// What the sweep's transforms do to some rows.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"
#include "worker/inspect/inspection.h"

namespace pleat {

// Rows that are shown, a line each.
struct PreviewedRows {
  const Dataset& dataset;
  std::vector<int64_t> rows;
  double scale = 255;  // data.scale
};

// One grid for each transform of training.augmentation, which is always applied whatever its p (and
// for each that a one_of draws from), and, of several, one of them all by their probabilities, as
// training sees rows. The first column is the row as it is. The
// transforms fit the images (CheckTransformsFit).
absl::StatusOr<std::vector<PreviewGrid>> PreviewAugmentation(const v1::TrainingSpec& training,
                                                             const PreviewedRows& rows);

// One grid of the views of ensemble.tta, at most 12 of them; none if there are no views but the
// row as it is. The transforms fit the images (CheckViewsFit).
absl::StatusOr<std::vector<PreviewGrid>> PreviewViews(const v1::EnsembleSpec& ensemble,
                                                      const PreviewedRows& rows);

}  // namespace pleat
