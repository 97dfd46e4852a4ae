#include "common/metrics/blender.h"

#include <algorithm>
#include <limits>

#include "common/metrics/metrics.h"

namespace pleat {
Blend ParseBlend(std::string_view blend) {
  return blend == "mean_logit" ? Blend::kMeanLogit : Blend::kMeanProbability;
}

Blender::Blender(Blend blend, int64_t rows, int64_t classes)
    : blend_(blend), classes_(classes), sums_(rows * classes), weights_(rows) {}

void Blender::Add(std::span<const float> predictions, double weight) {
  for (size_t i = 0; i < sums_.size(); ++i) sums_[i] += weight * predictions[i];
  for (double& sum : weights_) sum += weight;
}

void Blender::AddRows(std::span<const int64_t> row_ids, std::span<const float> predictions,
                      double weight) {
  for (size_t i = 0; i < row_ids.size(); ++i) {
    double* sums = &sums_[row_ids[i] * classes_];
    const float* row = &predictions[i * classes_];
    for (int64_t c = 0; c < classes_; ++c) sums[c] += weight * row[c];
    weights_[row_ids[i]] += weight;
  }
}

template <typename Finish>
std::vector<float> Blender::MeanRows(const Finish& finish) const {
  std::vector<float> rows(sums_.size(), std::numeric_limits<float>::quiet_NaN());
  std::vector<double> mean(classes_);
  for (const int64_t row : PredictedRows()) {
    for (int64_t c = 0; c < classes_; ++c) mean[c] = sums_[row * classes_ + c] / weights_[row];
    finish(mean);
    std::copy(mean.begin(), mean.end(), &rows[row * classes_]);
  }
  return rows;
}

std::vector<float> Blender::Means() const {
  return MeanRows([](std::vector<double>&) {});
}

std::vector<float> Blender::Probabilities() const {
  return MeanRows([&](std::vector<double>& mean) {
    if (blend_ == Blend::kMeanLogit) Softmax(mean);
  });
}

std::vector<int64_t> Blender::PredictedRows() const {
  std::vector<int64_t> rows;
  for (size_t row = 0; row < weights_.size(); ++row) {
    if (weights_[row] > 0) rows.push_back(static_cast<int64_t>(row));
  }
  return rows;
}

}  // namespace pleat
