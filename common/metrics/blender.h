// The weighted mean of prediction matrices.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pleat {

// What is averaged: `ensemble.blend`.
enum class Blend { kMeanProbability, kMeanLogit };
// From "mean_probability" or "mean_logit".
Blend ParseBlend(std::string_view blend);

// Adds up predictions [rows, classes] in double, in the order of the calls, each row with its own
// sum of weights: rows that not everybody predicted are averaged over those that did. The same
// calls give the same bits wherever they are made.
class Blender {
 public:
  Blender(Blend blend, int64_t rows, int64_t classes);

  // `predictions` [rows, classes], probabilities or logits as `blend` says; weight > 0.
  void Add(std::span<const float> predictions, double weight);
  // `predictions` [row_ids.size(), classes]: row i of it belongs to row row_ids[i].
  void AddRows(std::span<const int64_t> row_ids, std::span<const float> predictions, double weight);

  // float32 [rows, classes]: sum / weight, probabilities or logits as they were added. A row that
  // nobody predicted is NaN.
  std::vector<float> Means() const;
  // The same as probabilities: after a softmax if logits are blended.
  std::vector<float> Probabilities() const;
  // Rows that somebody predicted, ascending.
  std::vector<int64_t> PredictedRows() const;

 private:
  // Calls finish(mean of a row in double) before that is rounded.
  template <typename Finish>
  std::vector<float> MeanRows(const Finish& finish) const;

  Blend blend_;
  int64_t classes_;
  std::vector<double> sums_;     // [rows, classes]
  std::vector<double> weights_;  // [rows]
};

}  // namespace pleat
