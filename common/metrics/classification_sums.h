// Sums over classified rows that metrics are computed from. Sums of parts (batches, ranks) added up
// in the same order give the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "proto/artifact.pb.h"
#include "proto/training_state.pb.h"

namespace pleat {

// Bins of the calibration error.
inline constexpr int kCalibrationBins = 15;

// Those of no rows, ready for `classes` classes.
v1::ClassificationSums EmptySums(int64_t classes);
// Adds rows: `probabilities` [rows, classes] with their labels, in [0, classes).
void AddRows(std::span<const float> probabilities, std::span<const int64_t> labels,
             v1::ClassificationSums& sums);
// Adds sums over other rows.
void AddSums(const v1::ClassificationSums& other, v1::ClassificationSums& sums);
// Those of these rows alone.
v1::ClassificationSums SumsOf(std::span<const float> probabilities, std::span<const int64_t> labels,
                              int64_t classes);

// What follows from the sums. Means over no rows are NaN.
uint64_t RowsOf(const v1::ClassificationSums& sums);
double AccuracyOf(const v1::ClassificationSums& sums);
// Macro averages are scikit-learn's over all classes, whether or not they have rows, with
// zero_division 0. Cell precision and recall are Keras's of the rounded probabilities, with its
// epsilon 1e-7 in the denominators.
v1::ClassMetrics ClassMetricsOf(const v1::ClassificationSums& sums);

// One class; 0 where the denominator is 0.
struct ClassScore {
  uint64_t rows = 0;
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};
// By class.
std::vector<ClassScore> ClassScoresOf(const v1::ClassCounts& counts);

}  // namespace pleat
