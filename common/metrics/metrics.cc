#include "common/metrics/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/metrics/classification_sums.h"

namespace pleat {
namespace {

constexpr double kSmallestProbability = 1e-15;

std::span<const float> Row(std::span<const float> matrix, size_t row, int64_t classes) {
  return matrix.subspan(row * static_cast<size_t>(classes), static_cast<size_t>(classes));
}

}  // namespace

int64_t FirstLargest(std::span<const float> row) {
  return std::max_element(row.begin(), row.end()) - row.begin();
}

double RowLogLoss(double probability) {
  return -std::log(std::clamp(probability, kSmallestProbability, 1.0));
}

void Softmax(std::span<double> row) {
  const double largest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (double& value : row) sum += value = std::exp(value - largest);
  for (double& value : row) value /= sum;
}

std::vector<float> SoftmaxRows(std::span<const float> logits, int64_t classes) {
  std::vector<float> probabilities(logits.size());
  std::vector<double> exponentials(static_cast<size_t>(classes));
  for (size_t begin = 0; begin < logits.size(); begin += exponentials.size()) {
    const std::span<const float> row = logits.subspan(begin, exponentials.size());
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      exponentials[i] = std::exp(row[i] - largest);
      sum += exponentials[i];
    }
    for (size_t i = 0; i < row.size(); ++i) {
      probabilities[begin + i] = static_cast<float>(exponentials[i] / sum);
    }
  }
  return probabilities;
}

double Accuracy(std::span<const float> predictions, std::span<const int64_t> labels,
                int64_t classes) {
  int64_t right = 0;
  for (size_t row = 0; row < labels.size(); ++row) {
    if (FirstLargest(Row(predictions, row, classes)) == labels[row]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

double LogLoss(std::span<const float> probabilities, std::span<const int64_t> labels,
               int64_t classes) {
  double sum = 0;
  for (size_t row = 0; row < labels.size(); ++row) {
    sum += RowLogLoss(Row(probabilities, row, classes)[static_cast<size_t>(labels[row])]);
  }
  return sum / static_cast<double>(labels.size());
}

v1::Scores ScoreProbabilities(std::span<const float> probabilities, std::span<const int64_t> labels,
                              int64_t classes) {
  const v1::ClassificationSums sums = SumsOf(probabilities, labels, classes);
  const v1::ClassMetrics metrics = ClassMetricsOf(sums);
  v1::Scores scores;
  scores.set_rows(labels.size());
  scores.set_accuracy(AccuracyOf(sums));
  scores.set_log_loss(metrics.log_loss());
  scores.set_macro_f1(metrics.macro_f1());
  scores.set_ece(metrics.ece());
  return scores;
}

std::vector<int64_t> ConfusionMatrix(std::span<const float> predictions,
                                     std::span<const int64_t> labels, int64_t classes) {
  std::vector<int64_t> counts(static_cast<size_t>(classes * classes), 0);
  for (size_t row = 0; row < labels.size(); ++row) {
    const int64_t predicted = FirstLargest(Row(predictions, row, classes));
    ++counts[static_cast<size_t>(labels[row] * classes + predicted)];
  }
  return counts;
}

std::vector<double> RoundedAccuracyByClass(std::span<const float> probabilities,
                                           std::span<const int64_t> labels, int64_t classes) {
  std::vector<double> rows(classes);
  std::vector<double> shares(classes);
  for (size_t row = 0; row < labels.size(); ++row) {
    const int64_t label = labels[row];
    ++rows[label];
    if (Row(probabilities, row, classes)[label] > 0.5) ++shares[label];
  }
  for (int64_t i = 0; i < classes; ++i) shares[i] /= rows[i];
  return shares;
}

bool MetricIsMaximized(const v1::MetricSpec& metric) {
  if (metric.goal() == "maximize") return true;
  if (metric.goal() == "minimize") return false;
  return metric.name() == "val_accuracy" || metric.name().starts_with("val_macro_");
}

double MetricValue(const v1::MetricSpec& metric, const v1::EpochMetrics& epoch) {
  if (metric.name() == "val_accuracy") return epoch.val_accuracy();
  if (metric.name() == "val_loss") return epoch.val_loss();
  if (metric.name() == "val_log_loss") return epoch.val_log_loss();
  if (metric.name() == "val_macro_f1") return epoch.validation().macro_f1();
  if (metric.name() == "val_macro_precision") return epoch.validation().macro_precision();
  if (metric.name() == "val_macro_recall") return epoch.validation().macro_recall();
  if (metric.name() == "val_ece") return epoch.validation().ece();
  return std::numeric_limits<double>::quiet_NaN();
}

MeanAndError MeanWithStandardError(std::span<const double> values) {
  const double count = static_cast<double>(values.size());
  MeanAndError result;
  for (double value : values) result.mean += value;
  result.mean /= count;
  if (values.size() < 2) return result;
  double squares = 0;
  for (double value : values) squares += (value - result.mean) * (value - result.mean);
  result.standard_error = std::sqrt(squares / (count - 1) / count);
  return result;
}

}  // namespace pleat
