#include "client/analysis/parameter_axis.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "common/config/parameter_values.h"

namespace pleat {
namespace {

std::optional<double> NumberOf(const std::string& text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return std::nullopt;
  return number;
}

// The first and the last value of a range; of counted ones, those that come to be.
template <typename Range>
void SetEnds(const v1::ParameterSpec& parameter, const Range& range, ParameterAxis& axis) {
  axis.low = static_cast<double>(range.min());
  axis.high = static_cast<double>(range.max());
  if (const std::optional<uint64_t> last = LastValueIndex(parameter)) {
    axis.high = NumberOf(ValueOfIndex(parameter, *last)).value_or(axis.high);
  }
}

void AddRoom(double step, ParameterAxis& axis) {
  // Logarithms need ends above 0.
  axis.low = axis.kind == ParameterAxis::Kind::kLog ? std::max(axis.low - step / 2, axis.low / 2)
                                                    : axis.low - step / 2;
  axis.high += step / 2;
}

void AddRoomForFactor(double factor, ParameterAxis& axis) {
  axis.low /= std::sqrt(factor);
  axis.high *= std::sqrt(factor);
}

void SetNormalEnds(const v1::NormalSpec& normal, ParameterAxis& axis) {
  axis.low = normal.mean() - 2 * normal.stddev();
  axis.high = normal.mean() + 2 * normal.stddev();
  if (normal.has_min()) axis.low = std::max(axis.low, normal.min());
  if (normal.has_max()) axis.high = std::min(axis.high, normal.max());
}

ParameterAxis AxisOf(const v1::ParameterSpec& parameter) {
  ParameterAxis axis{.path = parameter.key()};
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform:
      SetEnds(parameter, parameter.uniform(), axis);
      if (parameter.uniform().has_step()) AddRoom(parameter.uniform().step(), axis);
      break;
    case v1::ParameterSpec::kIntUniform: {
      const v1::IntRangeSpec& range = parameter.int_uniform();
      SetEnds(parameter, range, axis);
      AddRoom(range.has_step() ? static_cast<double>(range.step()) : 1, axis);
      break;
    }
    case v1::ParameterSpec::kLogUniform: {
      const v1::LogRangeSpec& range = parameter.log_uniform();
      axis.kind = ParameterAxis::Kind::kLog;
      SetEnds(parameter, range, axis);
      if (range.has_step()) AddRoom(range.step(), axis);
      if (range.has_factor()) AddRoomForFactor(range.factor(), axis);
      break;
    }
    case v1::ParameterSpec::kLogIntUniform: {
      const v1::LogIntRangeSpec& range = parameter.log_int_uniform();
      axis.kind = ParameterAxis::Kind::kLog;
      SetEnds(parameter, range, axis);
      if (range.has_factor()) {
        AddRoomForFactor(static_cast<double>(range.factor()), axis);
      } else {
        AddRoom(range.has_step() ? static_cast<double>(range.step()) : 1, axis);
      }
      break;
    }
    case v1::ParameterSpec::kNormal:
      SetNormalEnds(parameter.normal(), axis);
      break;
    default:
      axis.kind = ParameterAxis::Kind::kCategory;
      axis.categories.assign(parameter.values().value().begin(), parameter.values().value().end());
  }
  return axis;
}

// The same number may be written in two ways.
bool IsSameValue(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const std::optional<double> number = NumberOf(a);
  return number.has_value() && number == NumberOf(b);
}

// Makes the axis long enough for a value.
void Include(const std::string& value, ParameterAxis& axis) {
  if (axis.kind == ParameterAxis::Kind::kCategory) {
    if (!axis.PlaceOf(value).has_value()) axis.categories.push_back(value);
    return;
  }
  const std::optional<double> number = NumberOf(value);
  if (!number.has_value() || (axis.kind == ParameterAxis::Kind::kLog && *number <= 0)) return;
  axis.low = std::min(axis.low, *number);
  axis.high = std::max(axis.high, *number);
}

}  // namespace

std::optional<double> ParameterAxis::PlaceOf(const std::string& value) const {
  if (kind == Kind::kCategory) {
    const auto found = std::ranges::find_if(
        categories, [&](const std::string& category) { return IsSameValue(category, value); });
    if (found == categories.end()) return std::nullopt;
    return (static_cast<double>(found - categories.begin()) + 0.5) /
           static_cast<double>(categories.size());
  }
  const std::optional<double> number = NumberOf(value);
  if (!number.has_value()) return std::nullopt;
  return PlaceOfNumber(*number);
}

double ParameterAxis::PlaceOfNumber(double number) const {
  if (low >= high) return 0.5;
  const double within = std::clamp(number, low, high);
  return kind == Kind::kLog ? std::log(within / low) / std::log(high / low)
                            : (within - low) / (high - low);
}

std::vector<ParameterAxis> ParameterAxes(const v1::SearchSpec& search,
                                         std::span<const TrialPoint> trials) {
  std::vector<ParameterAxis> axes;
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    if (parameter.has_constant()) continue;
    ParameterAxis& axis = axes.emplace_back(AxisOf(parameter));
    for (const TrialPoint& trial : trials) {
      if (const std::string* value = FindValue(trial, axis.path)) Include(*value, axis);
    }
  }
  return axes;
}

const std::string* FindValue(const TrialPoint& trial, const std::string& path) {
  const auto found = std::ranges::find(trial, path, &v1::ParameterValue::path);
  return found == trial.end() ? nullptr : &found->value();
}

}  // namespace pleat
