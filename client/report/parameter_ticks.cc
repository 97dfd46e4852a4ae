#include "client/report/parameter_ticks.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "common/html/axis.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

constexpr size_t kLongestCategory = 12;
constexpr double kGap = 8;

// "0.002", "1e-5".
std::string ShortNumber(double number) {
  return absl::StrReplaceAll(absl::StrFormat("%.5g", number), {{"e-0", "e-"}, {"e+0", "e"}});
}

std::vector<ParameterTick> AllTicks(const ParameterAxis& axis, double width) {
  std::vector<ParameterTick> ticks;
  if (axis.kind == ParameterAxis::Kind::kCategory) {
    for (const std::string& category : axis.categories) {
      ticks.push_back({*axis.PlaceOf(category), ShortName(category, kLongestCategory)});
    }
    return ticks;
  }
  const Axis numbers(axis.low, axis.high, 0, 1, axis.kind == ParameterAxis::Kind::kLog);
  for (const double tick : numbers.Ticks(width < 250 ? 3 : 5)) {
    ticks.push_back({numbers.At(tick), ShortNumber(tick)});
  }
  return ticks;
}

}  // namespace

double TextRoom(const std::string& text) {
  const auto characters =
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });  // UTF-8
  return 6.4 * static_cast<double>(characters);
}

std::vector<ParameterTick> ParameterTicks(const ParameterAxis& axis, double width) {
  std::vector<ParameterTick> ticks;
  double end = -width;  // of the last text
  for (ParameterTick& tick : AllTicks(axis, width)) {
    const double half = TextRoom(tick.text) / 2;
    if (tick.place * width - half < end + kGap) continue;
    end = tick.place * width + half;
    ticks.push_back(std::move(tick));
  }
  return ticks;
}

}  // namespace pleat
