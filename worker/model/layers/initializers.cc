#include "worker/model/layers/initializers.h"

#include <cmath>

#include "common/base/philox.h"

namespace pleat {
namespace {

// Standard deviation of a standard normal truncated at ±2.
constexpr double kTruncatedDeviation = 0.87962566103423978;
constexpr double kTruncation = 2.0;

// FNV-1a; std::hash may differ between standard libraries.
uint64_t HashName(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

RandomStream StreamOf(uint64_t key, std::string_view name) {
  return RandomStream(MixKeys(key, HashName(name)), RandomPurpose::kInitialWeights);
}

double NextTruncatedNormal(RandomStream& random) {
  double value = random.NextNormal();
  while (std::abs(value) > kTruncation) value = random.NextNormal();
  return value;
}

}  // namespace

FlatParameters::Initializer HeNormal(uint64_t key, std::string_view name, int64_t fan_in) {
  const double deviation = std::sqrt(2.0 / static_cast<double>(fan_in)) / kTruncatedDeviation;
  return [random = StreamOf(key, name), deviation](at::Tensor& tensor) mutable {
    double* values = tensor.mutable_data_ptr<double>();
    for (int64_t i = 0; i < tensor.numel(); ++i) {
      values[i] = deviation * NextTruncatedNormal(random);
    }
  };
}

FlatParameters::Initializer GlorotUniform(uint64_t key, std::string_view name, int64_t fan_in,
                                          int64_t fan_out) {
  const double limit = std::sqrt(6.0 / static_cast<double>(fan_in + fan_out));
  return [random = StreamOf(key, name), limit](at::Tensor& tensor) mutable {
    double* values = tensor.mutable_data_ptr<double>();
    for (int64_t i = 0; i < tensor.numel(); ++i) values[i] = random.NextUniform(-limit, limit);
  };
}

FlatParameters::Initializer Constant(double value) {
  return [value](at::Tensor& tensor) { tensor.fill_(value); };
}

}  // namespace pleat
