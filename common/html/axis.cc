#include "common/html/axis.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace pleat {
namespace {

// 1, 2 or 5 times a power of ten, at least `step`.
double RoundStep(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::vector<double> LogTicks(double low, double high, size_t count) {
  std::vector<double> ticks;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * power;
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
    }
  }
  if (ticks.size() <= count + 2) return ticks;
  std::erase_if(ticks, [](double tick) {
    const double digit = tick / std::pow(10, std::floor(std::log10(tick) + 1e-9));
    return digit > 1.5;
  });
  return ticks;
}

}  // namespace

Axis::Axis(double low, double high, double begin, double end, bool log)
    : low_(low), high_(high), begin_(begin), end_(end), log_(log && low > 0) {
  if (!std::isfinite(low_) || !std::isfinite(high_)) low_ = 0, high_ = 1, log_ = false;
  if (high_ - low_ < 1e-12 * std::max(1.0, std::abs(high_))) {
    const double room = std::max(std::abs(high_) * 0.1, 1e-3);
    low_ -= log_ ? low_ * 0.1 : room;
    high_ += room;
  }
}

double Axis::At(double value) const {
  value = std::clamp(value, low_, high_);
  const double share =
      log_ ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
  return begin_ + share * (end_ - begin_);
}

std::vector<double> Axis::Ticks(int count) const {
  if (log_) {
    const std::vector<double> ticks = LogTicks(low_, high_, count);
    // A short range may hold no power of ten.
    if (ticks.size() > 1) return ticks;
  }
  const double step = RoundStep((high_ - low_) / count);
  std::vector<double> ticks;
  for (double i = std::ceil(low_ / step - 1e-9); i * step <= high_ + step * 1e-9; ++i) {
    ticks.push_back(i * step + 0.0);  // not -0
  }
  return ticks;
}

std::vector<std::string> TickTexts(const std::vector<double>& ticks, AxisText form) {
  const double factor = form == AxisText::kPercent ? 100 : 1;
  const char* unit = form == AxisText::kPercent ? " %" : "";
  std::vector<std::string> texts;
  for (int digits = 0; digits < 8; ++digits) {
    texts.clear();
    double worst = 0;
    for (const double tick : ticks) {
      const double shown = tick * factor;
      const std::string text = absl::StrFormat("%.*f", digits, shown);
      worst = std::max(worst, std::abs(std::stod(text) - shown) / std::max(std::abs(shown), 1e-12));
      texts.push_back(text + unit);
    }
    if (worst < 1e-6) break;
  }
  return texts;
}

}  // namespace pleat
