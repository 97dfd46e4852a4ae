#include "common/folds/numpy_statistics.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace pleat {
namespace {

constexpr size_t kLanes = 8;
constexpr size_t kMostInBlock = 128;

double SequentialSum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double BlockSum(std::span<const double> values) {
  std::array<double, kLanes> lanes{};
  for (size_t i = 0; i < kLanes; ++i) lanes[i] = values[i];
  size_t next = kLanes;
  for (; next + kLanes <= values.size(); next += kLanes) {
    for (size_t i = 0; i < kLanes; ++i) lanes[i] += values[next + i];
  }
  double sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
               ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
  for (; next < values.size(); ++next) sum += values[next];
  return sum;
}

template <typename Sum>
double StdBy(const Sum& sum, std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  const double mean = sum(values) / count;
  std::vector<double> squares;
  squares.reserve(values.size());
  for (const double value : values) squares.push_back((value - mean) * (value - mean));
  return std::sqrt(sum(std::span<const double>(squares)) / count);
}

}  // namespace

double NumpySum(std::span<const double> values) {
  if (values.size() < kLanes) return SequentialSum(values);
  if (values.size() <= kMostInBlock) return BlockSum(values);
  const size_t half = values.size() / 2 - values.size() / 2 % kLanes;
  return NumpySum(values.first(half)) + NumpySum(values.subspan(half));
}

double NumpyStd(std::span<const double> values) { return StdBy(NumpySum, values); }

double NumpyStridedStd(std::span<const double> values) { return StdBy(SequentialSum, values); }

bool NumpyIsClose(double a, double b) {
  return std::isfinite(b) && std::abs(a - b) <= 1e-8 + 1e-5 * std::abs(b);
}

}  // namespace pleat
