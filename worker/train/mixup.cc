#include "worker/train/mixup.h"

#include <cmath>
#include <vector>

#include "common/base/philox.h"

namespace pleat {
namespace {

constexpr double kShareSteps = 65536;

// Gamma(shape, 1) for shape >= 1 (Marsaglia and Tsang 2000, "A simple method for generating gamma
// variables").
double DrawGamma(double shape, RandomStream& random) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = random.NextNormal();
    const double root = 1 + c * x;
    const double u = 1 - random.NextDouble();
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(u) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

at::Tensor DrawShares(double alpha, const BatchPart& part) {
  at::Tensor shares = at::empty({std::ssize(part.rows)}, at::kDouble);
  double* share = shares.mutable_data_ptr<double>();
  for (const int64_t row : part.rows) {
    *share++ = DrawMixupShare(alpha, part.key, part.epoch, static_cast<uint64_t>(row));
  }
  return shares;
}

}  // namespace

double DrawMixupShare(double alpha, uint64_t key, uint32_t epoch, uint64_t row) {
  RandomStream random(MixKeys(key, row >> 32), RandomPurpose::kMixup, epoch,
                      static_cast<uint32_t>(row));
  // g / (g + h) for g and h of Gamma(alpha) is of Beta(alpha, alpha), and Gamma(alpha) is
  // Gamma(alpha + 1) u^(1 / alpha). In logarithms, since for small alpha both powers vanish.
  const double log_g = std::log(DrawGamma(alpha + 1, random));
  const double log_h = std::log(DrawGamma(alpha + 1, random));
  const double log_u = std::log(1 - random.NextDouble());
  const double log_v = std::log(1 - random.NextDouble());
  const double share = 1 / (1 + std::exp(log_h - log_g + (log_v - log_u) / alpha));
  return std::round(share * kShareSteps) / kShareSteps;
}

Batch LoadMixed(const v1::MixupSpec& mixup, const BatchLoader& loader, const BatchPart& part) {
  const int64_t rows = std::ssize(part.rows);
  std::vector<int64_t> with_next(part.rows.begin(), part.rows.end());
  const size_t next = part.rows.data() - part.batch.data() + part.rows.size();
  with_next.push_back(part.batch[next % part.batch.size()]);
  const Batch loaded = loader.Training(with_next, part.epoch);
  const at::Tensor shares = DrawShares(mixup.alpha(), part).to(loaded.images.options());
  const at::Tensor share = shares.view({rows, 1, 1, 1});
  // Two roundings per product and sum whatever the vector width: no fused multiply-add.
  const at::Tensor own = loaded.images.narrow(0, 0, rows) * share;
  const at::Tensor partners = loaded.images.narrow(0, 1, rows) * (1 - share);
  return {.images = (own + partners).contiguous(at::MemoryFormat::ChannelsLast),
          .labels = loaded.labels.narrow(0, 0, rows),
          .partner_labels = loaded.labels.narrow(0, 1, rows),
          .shares = shares};
}

}  // namespace pleat
