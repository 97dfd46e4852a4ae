// Positions of numbers along an axis, and where its marks stand.
#pragma once

#include <string>
#include <vector>

namespace pleat {

// How an axis writes its numbers.
enum class AxisText { kNumber, kPercent };

// Maps numbers to positions, linearly or by the logarithm.
class Axis {
 public:
  // Shows at least [low, high] from position `begin` to `end`. A range that is empty or not finite
  // is widened to one that can be drawn. `log` is dropped if low is not above 0.
  Axis(double low, double high, double begin, double end, bool log = false);

  // Numbers beyond the axis lie at its ends.
  double At(double value) const;
  // Round numbers on the axis, about `count` of them, ascending.
  std::vector<double> Ticks(int count) const;

 private:
  double low_;
  double high_;
  const double begin_;
  const double end_;
  bool log_;
};

// The ticks' texts, with as many digits as tell them apart.
std::vector<std::string> TickTexts(const std::vector<double>& ticks, AxisText form);

}  // namespace pleat
