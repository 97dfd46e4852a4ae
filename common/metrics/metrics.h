// Metrics of prediction matrices: probabilities or logits, row-major [rows, classes], float32; sums
// in double in row order, so results do not depend on threads. Labels lie in [0, classes). Means
// over no rows are NaN.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Softmax of one row, in place.
void Softmax(std::span<double> row);
// Softmax of each row of `logits` [rows, classes], computed in double.
std::vector<float> SoftmaxRows(std::span<const float> logits, int64_t classes);

// The first class of the largest entry of a row: what is predicted for it.
int64_t FirstLargest(std::span<const float> row);
// -log p of one label's probability, clipped to [1e-15, 1].
double RowLogLoss(double probability);

// Share of rows whose first largest entry is the label.
double Accuracy(std::span<const float> predictions, std::span<const int64_t> labels,
                int64_t classes);
// Mean of -log p(label), p clipped to [1e-15, 1].
double LogLoss(std::span<const float> probabilities, std::span<const int64_t> labels,
               int64_t classes);
// Both, macro F1, calibration error, and the number of rows.
v1::Scores ScoreProbabilities(std::span<const float> probabilities, std::span<const int64_t> labels,
                              int64_t classes);

// counts[label * classes + predicted].
std::vector<int64_t> ConfusionMatrix(std::span<const float> predictions,
                                     std::span<const int64_t> labels, int64_t classes);
// Share of the rows of each class whose probability of it is above 1/2; NaN for a class without
// rows. [classes].
std::vector<double> RoundedAccuracyByClass(std::span<const float> probabilities,
                                           std::span<const int64_t> labels, int64_t classes);

// True if a larger value of the metric is better; resolves goal "auto".
bool MetricIsMaximized(const v1::MetricSpec& metric);
// The metric's value in an epoch's metrics; NaN if there is no metric of that name.
double MetricValue(const v1::MetricSpec& metric, const v1::EpochMetrics& epoch);

// Mean, and standard error sd / sqrt(n) with the n-1 form of sd; 0 for one value. Of none: mean
// NaN.
struct MeanAndError {
  double mean = 0;
  double standard_error = 0;
};
MeanAndError MeanWithStandardError(std::span<const double> values);

}  // namespace pleat
