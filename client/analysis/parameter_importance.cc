#include "client/analysis/parameter_importance.h"

#include <algorithm>
#include <utility>

namespace pleat {
namespace {

constexpr uint32_t kTrees = 64;
constexpr size_t kMostTrials = 1000;  // more make it slower, and nothing clearer

// Share of the trials that lack each parameter.
std::vector<double> AbsentShares(std::span<const ScoredTrial> trials) {
  std::vector<double> shares(trials[0].places.size());
  for (const ScoredTrial& trial : trials) {
    for (size_t i = 0; i < shares.size(); ++i) {
      if (!trial.places[i].has_value()) shares[i] += 1 / static_cast<double>(trials.size());
    }
  }
  return shares;
}

std::vector<CubeSample> SamplesOf(std::span<const ScoredTrial> trials) {
  const std::vector<double> absent = AbsentShares(trials);
  std::vector<CubeSample> samples;
  for (const ScoredTrial& trial : trials) {
    CubeSample& sample = samples.emplace_back();
    sample.value = trial.score;
    for (size_t i = 0; i < absent.size(); ++i) {
      const std::optional<double>& place = trial.places[i];
      sample.point.push_back(place.has_value() ? absent[i] + (1 - absent[i]) * *place
                                               : absent[i] / 2);
    }
  }
  return samples;
}

std::vector<CubeSample> EvenlySpaced(std::vector<CubeSample> samples) {
  if (samples.size() <= kMostTrials) return samples;
  std::vector<CubeSample> kept;
  for (size_t i = 0; i < kMostTrials; ++i) {
    kept.push_back(std::move(samples[i * samples.size() / kMostTrials]));
  }
  return kept;
}

// As many rows as there are, drawn with replacement.
std::vector<size_t> DrawRows(size_t count, RandomStream& stream) {
  std::vector<size_t> rows;
  for (size_t i = 0; i < count; ++i) rows.push_back(stream.NextBelow(count));
  return rows;
}

double MeanOf(const std::vector<TreeLeaf>& leaves) {
  double mean = 0;
  for (const TreeLeaf& leaf : leaves) mean += leaf.volume() * leaf.value;
  return mean;
}

// Predictions of samples by the trees that were not grown on them.
class OutOfBag {
 public:
  explicit OutOfBag(std::span<const CubeSample> samples)
      : samples_(samples), sums_(samples.size()), counts_(samples.size()) {}

  void Add(const RegressionTree& tree, const std::vector<size_t>& grown_on) {
    std::vector<bool> is_in(samples_.size());
    for (const size_t row : grown_on) is_in[row] = true;
    for (size_t row = 0; row < samples_.size(); ++row) {
      if (is_in[row]) continue;
      sums_[row] += tree.Predict(samples_[row].point);
      ++counts_[row];
    }
  }

  // 1 - (squares of the errors) / (squares about the mean), over samples with predictions.
  double Explained() const {
    double mean = 0;
    for (const CubeSample& sample : samples_) {
      mean += sample.value / static_cast<double>(samples_.size());
    }
    double errors = 0, squares = 0;
    for (size_t row = 0; row < samples_.size(); ++row) {
      if (counts_[row] == 0) continue;
      const double error = samples_[row].value - sums_[row] / counts_[row];
      errors += error * error;
      squares += (samples_[row].value - mean) * (samples_[row].value - mean);
    }
    return squares > 0 ? 1 - errors / squares : 0;
  }

 private:
  const std::span<const CubeSample> samples_;
  std::vector<double> sums_;
  std::vector<int> counts_;
};

}  // namespace

double MarginalVariance(const std::vector<TreeLeaf>& leaves, size_t dimension) {
  // The marginal mean is a step function: each leaf lifts it between its ends by its value, times
  // the share of the other dimensions that it takes.
  std::vector<std::pair<double, double>> steps;
  for (const TreeLeaf& leaf : leaves) {
    const double width = leaf.high[dimension] - leaf.low[dimension];
    const double lift = leaf.value * leaf.volume() / width;
    steps.emplace_back(leaf.low[dimension], lift);
    steps.emplace_back(leaf.high[dimension], -lift);
  }
  std::ranges::sort(steps);
  const double mean = MeanOf(leaves);
  double variance = 0, height = 0, begin = 0;
  for (const auto& [at, lift] : steps) {
    variance += (at - begin) * (height - mean) * (height - mean);
    height += lift;
    begin = at;
  }
  return variance;
}

double TotalVariance(const std::vector<TreeLeaf>& leaves) {
  const double mean = MeanOf(leaves);
  double variance = 0;
  for (const TreeLeaf& leaf : leaves) {
    variance += leaf.volume() * (leaf.value - mean) * (leaf.value - mean);
  }
  return variance;
}

std::optional<ParameterImportance> EstimateImportance(std::span<const ScoredTrial> trials) {
  const auto differs = [&](const ScoredTrial& trial) { return trial.score != trials[0].score; };
  if (trials.size() < kLeastTrialsToCompare || std::ranges::none_of(trials, differs)) {
    return std::nullopt;
  }
  const std::vector<CubeSample> samples = EvenlySpaced(SamplesOf(trials));
  ParameterImportance importance{.shares = std::vector<double>(trials[0].places.size())};
  OutOfBag out_of_bag(samples);
  int varying = 0;
  for (uint32_t number = 0; number < kTrees; ++number) {
    RandomStream stream(/*key=*/0, RandomPurpose::kForest, number);
    const std::vector<size_t> rows = DrawRows(samples.size(), stream);
    const RegressionTree tree(samples, rows, stream);
    out_of_bag.Add(tree, rows);
    const std::vector<TreeLeaf> leaves = tree.Leaves();
    const double total = TotalVariance(leaves);
    if (total <= 0) continue;
    ++varying;
    for (size_t i = 0; i < importance.shares.size(); ++i) {
      importance.shares[i] += MarginalVariance(leaves, i) / total;
    }
  }
  for (double& share : importance.shares) share /= std::max(varying, 1);
  importance.explained = out_of_bag.Explained();
  return importance;
}

}  // namespace pleat
