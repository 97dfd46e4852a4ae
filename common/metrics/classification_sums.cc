#include "common/metrics/classification_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/metrics/metrics.h"

namespace pleat {
namespace {

constexpr double kKerasEpsilon = 1e-7;

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

// Bins are closed above: a confidence of 1 lies in the last one.
int BinOf(double confidence) {
  const double bin = std::ceil(confidence * kCalibrationBins) - 1;
  // A NaN, which a diverging training makes, goes anywhere.
  return bin > 0 ? std::min(static_cast<int>(bin), kCalibrationBins - 1) : 0;
}

void AddCounts(const google::protobuf::RepeatedField<uint32_t>& other,
               google::protobuf::RepeatedField<uint32_t>& counts) {
  for (int i = 0; i < other.size(); ++i) counts[i] += other[i];
}

double CalibrationError(const v1::ClassificationSums& sums) {
  double error = 0;
  for (const v1::CalibrationBin& bin : sums.bins()) {
    error += std::abs(static_cast<double>(bin.hits()) - bin.confidence());
  }
  return error / static_cast<double>(RowsOf(sums));
}

}  // namespace

v1::ClassificationSums EmptySums(int64_t classes) {
  v1::ClassificationSums sums;
  v1::ClassCounts& counts = *sums.mutable_classes();
  counts.mutable_rows()->Resize(static_cast<int>(classes), 0);
  counts.mutable_predicted()->Resize(static_cast<int>(classes), 0);
  counts.mutable_hits()->Resize(static_cast<int>(classes), 0);
  for (int i = 0; i < kCalibrationBins; ++i) sums.add_bins();
  return sums;
}

void AddRows(std::span<const float> probabilities, std::span<const int64_t> labels,
             v1::ClassificationSums& sums) {
  v1::ClassCounts& counts = *sums.mutable_classes();
  const auto classes = static_cast<size_t>(counts.rows_size());
  double log_loss = sums.log_loss();
  for (size_t row = 0; row < labels.size(); ++row) {
    const std::span<const float> p = probabilities.subspan(row * classes, classes);
    const auto label = static_cast<int>(labels[row]);
    const auto predicted = static_cast<int>(FirstLargest(p));
    const double confidence = p[predicted];
    const bool is_hit = predicted == label;
    ++counts.mutable_rows()->at(label);
    ++counts.mutable_predicted()->at(predicted);
    counts.mutable_hits()->at(label) += is_hit ? 1 : 0;
    // No other class can be above 1/2. Keras rounds 1/2 itself to even, to 0.
    if (confidence > 0.5) {
      sums.set_rounded_cells(sums.rounded_cells() + 1);
      sums.set_rounded_hits(sums.rounded_hits() + (is_hit ? 1 : 0));
    }
    log_loss += RowLogLoss(p[label]);
    v1::CalibrationBin& bin = *sums.mutable_bins(BinOf(confidence));
    bin.set_rows(bin.rows() + 1);
    bin.set_hits(bin.hits() + (is_hit ? 1 : 0));
    bin.set_confidence(bin.confidence() + confidence);
  }
  sums.set_log_loss(log_loss);
}

void AddSums(const v1::ClassificationSums& other, v1::ClassificationSums& sums) {
  AddCounts(other.classes().rows(), *sums.mutable_classes()->mutable_rows());
  AddCounts(other.classes().predicted(), *sums.mutable_classes()->mutable_predicted());
  AddCounts(other.classes().hits(), *sums.mutable_classes()->mutable_hits());
  sums.set_rounded_cells(sums.rounded_cells() + other.rounded_cells());
  sums.set_rounded_hits(sums.rounded_hits() + other.rounded_hits());
  sums.set_log_loss(sums.log_loss() + other.log_loss());
  for (int i = 0; i < other.bins_size(); ++i) {
    v1::CalibrationBin& bin = *sums.mutable_bins(i);
    bin.set_rows(bin.rows() + other.bins(i).rows());
    bin.set_hits(bin.hits() + other.bins(i).hits());
    bin.set_confidence(bin.confidence() + other.bins(i).confidence());
  }
}

v1::ClassificationSums SumsOf(std::span<const float> probabilities, std::span<const int64_t> labels,
                              int64_t classes) {
  v1::ClassificationSums sums = EmptySums(classes);
  AddRows(probabilities, labels, sums);
  return sums;
}

uint64_t RowsOf(const v1::ClassificationSums& sums) {
  const auto& rows = sums.classes().rows();
  return std::accumulate(rows.begin(), rows.end(), uint64_t{0});
}

double AccuracyOf(const v1::ClassificationSums& sums) {
  const auto& hits = sums.classes().hits();
  const uint64_t right = std::accumulate(hits.begin(), hits.end(), uint64_t{0});
  return static_cast<double>(right) / static_cast<double>(RowsOf(sums));
}

v1::ClassMetrics ClassMetricsOf(const v1::ClassificationSums& sums) {
  v1::ClassMetrics metrics;
  const std::vector<ClassScore> scores = ClassScoresOf(sums.classes());
  const auto mean = [&](double ClassScore::*value) {
    double sum = 0;
    for (const ClassScore& score : scores) sum += score.*value;
    return sum / static_cast<double>(scores.size());
  };
  const double rows = static_cast<double>(RowsOf(sums));
  const double rounded_hits = static_cast<double>(sums.rounded_hits());
  metrics.set_log_loss(sums.log_loss() / rows);
  metrics.set_macro_f1(mean(&ClassScore::f1));
  metrics.set_macro_precision(mean(&ClassScore::precision));
  metrics.set_macro_recall(mean(&ClassScore::recall));
  metrics.set_cell_precision(rounded_hits /
                             (static_cast<double>(sums.rounded_cells()) + kKerasEpsilon));
  // Each row has one cell that should round to 1.
  metrics.set_cell_recall(rounded_hits / (rows + kKerasEpsilon));
  metrics.set_ece(CalibrationError(sums));
  return metrics;
}

std::vector<ClassScore> ClassScoresOf(const v1::ClassCounts& counts) {
  std::vector<ClassScore> scores;
  for (int i = 0; i < counts.rows_size(); ++i) {
    const double hits = counts.hits(i);
    const double rows = counts.rows(i);
    const double predicted = counts.predicted(i);
    scores.push_back({.rows = counts.rows(i),
                      .precision = Ratio(hits, predicted),
                      .recall = Ratio(hits, rows),
                      .f1 = Ratio(2 * hits, rows + predicted)});
  }
  return scores;
}

}  // namespace pleat
