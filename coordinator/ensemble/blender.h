// The weighted mean of prediction matrices.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pleat {

// What is averaged: `ensemble.blend`.
enum class BlendOf { kProbabilities, kLogits };
// From "mean_probability" or "mean_logit".
BlendOf ParseBlend(std::string_view blend);

// Adds up predictions [rows, classes] in double, in the order of the calls, each row with its own
// sum of weights: rows that not everybody predicted are averaged over those that did.
class Blender {
 public:
  Blender(BlendOf of, int64_t rows, int64_t classes);

  // `predictions` [rows, classes], probabilities or logits as `of` says; weight > 0.
  void Add(std::span<const float> predictions, double weight);
  // `predictions` [row_ids.size(), classes]: row i of it belongs to row row_ids[i].
  void AddRows(std::span<const int64_t> row_ids, std::span<const float> predictions, double weight);

  // float32 [rows, classes]: sum / weight, after a softmax if logits are blended. A row that nobody
  // predicted is NaN.
  std::vector<float> Probabilities() const;
  // Rows that somebody predicted, ascending.
  std::vector<int64_t> PredictedRows() const;

 private:
  BlendOf of_;
  int64_t classes_;
  std::vector<double> sums_;     // [rows, classes]
  std::vector<double> weights_;  // [rows]
};

}  // namespace pleat
