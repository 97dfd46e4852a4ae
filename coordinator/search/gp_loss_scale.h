// Losses as what a Gaussian process models.
#pragma once

#include <span>

namespace pleat {

// A loss up to the median of all counts as it is. Beyond it, where only the order matters, it
// counts as median + s 3 l / (3 + l) with l = log(1 + (loss - median) / s), s being the median's
// distance from the best, so as less than median + 3 s: however bad the worst are, the good ones
// keep their differences. Then mean 0 and deviation 1.
class GpLossScale {
 public:
  // `losses`: at least one; beyond +-1e150 they count as that.
  explicit GpLossScale(std::span<const double> losses);

  double ValueOf(double loss) const;
  // What a small difference of losses at `loss` is worth, in values.
  double SlopeAt(double loss) const;
  // The loss of a value.
  double LossOf(double value) const;
  // Losses per value where losses are good.
  double unit() const { return deviation_; }

 private:
  double Tamed(double loss) const;

  double median_ = 0;
  double reach_ = 0;  // s; 0: nothing is tamed
  double mean_ = 0;
  double deviation_ = 1;
};

}  // namespace pleat
