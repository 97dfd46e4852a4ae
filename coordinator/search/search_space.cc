#include "coordinator/search/search_space.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

// The largest coordinate.
constexpr double kBelowOne = 1 - 0x1.0p-53;

// In unsigned arithmetic, since the distance of two int64 may not fit a signed number.
uint64_t Distance(int64_t low, int64_t high) {
  return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
}

bool IsDrawable(const v1::ParameterSpec& parameter) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform:
      return parameter.uniform().min() <= parameter.uniform().max();
    case v1::ParameterSpec::kLogUniform:
      return parameter.log_uniform().min() > 0 &&
             parameter.log_uniform().min() <= parameter.log_uniform().max();
    case v1::ParameterSpec::kIntUniform:
      return parameter.int_uniform().min() <= parameter.int_uniform().max();
    case v1::ParameterSpec::kValues:
      return parameter.values().value_size() > 0;
    case v1::ParameterSpec::DISTRIBUTION_NOT_SET:
      break;
  }
  return false;
}

Dimension DimensionOf(const v1::ParameterSpec& parameter) {
  Dimension dimension{.path = parameter.key(), .last_index = {}};
  if (parameter.has_log_uniform()) dimension.kind = Dimension::Kind::kLogReal;
  if (parameter.has_int_uniform()) {
    dimension.kind = Dimension::Kind::kInt;
    dimension.last_index = Distance(parameter.int_uniform().min(), parameter.int_uniform().max());
  }
  if (parameter.has_values()) {
    dimension.kind = Dimension::Kind::kCategory;
    dimension.last_index = parameter.values().value_size() - 1;
  }
  return dimension;
}

// low + (high - low) u, less than high unless both are the same; the sum may round up to high.
double Between(double low, double high, double u) {
  return std::min(low + (high - low) * u, std::nextafter(high, low));
}

// Rounding may step over a bound by half a digit; the bound is then the value, in full precision.
std::string RealInside(const v1::RangeSpec& range, double drawn) {
  const std::string text = RealText(drawn);
  double rounded = 0;
  if (!absl::SimpleAtod(text, &rounded)) return text;
  if (rounded >= range.min() && rounded <= range.max()) return text;
  return absl::StrFormat("%.17g", rounded < range.min() ? range.min() : range.max());
}

// Where a value stands between two bounds.
double Share(double low, double high, double value) {
  if (low == high) return 0.5;
  return std::clamp((value - low) / (high - low), 0.0, kBelowOne);
}

// The coordinate of one of last_index + 1 values that are equally likely.
double MiddleOfIndex(uint64_t index, uint64_t last_index) {
  return std::min((static_cast<double>(index) + 0.5) / (static_cast<double>(last_index) + 1),
                  kBelowOne);
}

std::optional<uint64_t> IndexInList(const v1::ValuesSpec& values, const std::string& text) {
  const auto found = std::find(values.value().begin(), values.value().end(), text);
  if (found != values.value().end()) return found - values.value().begin();
  // The same number may be written in another way.
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return std::nullopt;
  for (int i = 0; i < values.value_size(); ++i) {
    double listed = 0;
    if (absl::SimpleAtod(values.value(i), &listed) && listed == number) return i;
  }
  return std::nullopt;
}

std::optional<double> CoordinateOfNumber(const v1::ParameterSpec& parameter, double value) {
  if (parameter.has_uniform()) {
    return Share(parameter.uniform().min(), parameter.uniform().max(), value);
  }
  const v1::RangeSpec& range = parameter.log_uniform();
  return Share(std::log(range.min()), std::log(range.max()),
               std::log(std::clamp(value, range.min(), range.max())));
}

}  // namespace

SearchSpace::SearchSpace(const v1::SearchSpec& spec)
    : parameters_(spec.parameters().begin(), spec.parameters().end()) {
  for (const v1::ParameterSpec& parameter : parameters_) {
    dimensions_.push_back(DimensionOf(parameter));
  }
}

absl::StatusOr<SearchSpace> SearchSpace::Make(const v1::SearchSpec& spec) {
  for (const v1::ParameterSpec& parameter : spec.parameters()) {
    if (IsDrawable(parameter)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "search.parameters.", parameter.key(),
        ": there is nothing to draw from; min must be at most max (above 0 for log_uniform), and "
        "a list needs a value"));
  }
  return SearchSpace(spec);
}

std::string SearchSpace::ValueAt(size_t dimension, double u) const {
  const v1::ParameterSpec& parameter = parameters_[dimension];
  if (const std::optional<uint64_t> last = dimensions_[dimension].last_index) {
    const double index = std::floor(u * (static_cast<double>(*last) + 1));
    // The count of a long range rounds up as a real.
    const bool beyond = index >= static_cast<double>(*last);
    return ValueOfIndex(dimension, beyond ? *last : static_cast<uint64_t>(index));
  }
  if (parameter.has_uniform()) {
    const v1::RangeSpec& range = parameter.uniform();
    return RealInside(range, Between(range.min(), range.max(), u));
  }
  const v1::RangeSpec& range = parameter.log_uniform();
  return RealInside(range, std::exp(Between(std::log(range.min()), std::log(range.max()), u)));
}

std::string SearchSpace::ValueOfIndex(size_t dimension, uint64_t index) const {
  const v1::ParameterSpec& parameter = parameters_[dimension];
  if (parameter.has_values()) return parameter.values().value(static_cast<int>(index));
  const auto low = static_cast<uint64_t>(parameter.int_uniform().min());
  return absl::StrCat(static_cast<int64_t>(low + index));
}

std::optional<double> SearchSpace::CoordinateOf(size_t dimension, const std::string& value) const {
  const v1::ParameterSpec& parameter = parameters_[dimension];
  if (parameter.has_values()) {
    const std::optional<uint64_t> index = IndexInList(parameter.values(), value);
    if (!index.has_value()) return std::nullopt;
    return MiddleOfIndex(*index, *dimensions_[dimension].last_index);
  }
  if (parameter.has_int_uniform()) {
    int64_t number = 0;
    if (!absl::SimpleAtoi(value, &number)) return std::nullopt;
    const v1::IntRangeSpec& range = parameter.int_uniform();
    return MiddleOfIndex(Distance(range.min(), std::clamp(number, range.min(), range.max())),
                         *dimensions_[dimension].last_index);
  }
  double number = 0;
  if (!absl::SimpleAtod(value, &number) || !std::isfinite(number)) return std::nullopt;
  return CoordinateOfNumber(parameter, number);
}

std::vector<v1::ParameterValue> SearchSpace::PointAt(const std::vector<double>& coordinates) const {
  std::vector<v1::ParameterValue> point(dimensions_.size());
  for (size_t i = 0; i < dimensions_.size(); ++i) {
    point[i].set_path(dimensions_[i].path);
    point[i].set_value(ValueAt(i, coordinates[i]));
  }
  return point;
}

std::vector<std::optional<double>> SearchSpace::CoordinatesOf(
    const std::vector<v1::ParameterValue>& point) const {
  std::vector<std::optional<double>> coordinates(dimensions_.size());
  for (size_t i = 0; i < dimensions_.size(); ++i) {
    const auto found = std::find_if(point.begin(), point.end(), [&](const auto& value) {
      return value.path() == dimensions_[i].path;
    });
    if (found != point.end()) coordinates[i] = CoordinateOf(i, found->value());
  }
  return coordinates;
}

}  // namespace pleat
