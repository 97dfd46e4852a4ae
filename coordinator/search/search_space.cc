#include "coordinator/search/search_space.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/config/parameter_values.h"
#include "common/config/sweep_parameter.h"
#include "common/config/trial_config.h"
#include "coordinator/search/log_cells.h"
#include "coordinator/search/normal_distribution.h"

namespace pleat {
namespace {

// The ends of the coordinates.
constexpr double kBelowOne = 1 - 0x1.0p-53;
constexpr double kAboveZero = 0x1.0p-54;

struct Bounds {
  double min = -INFINITY, max = INFINITY;
};

template <typename Range>
Bounds BoundsIn(const Range& range) {
  return {static_cast<double>(range.min()), static_cast<double>(range.max())};
}

Bounds BoundsOf(const v1::ParameterSpec& parameter) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform:
      return BoundsIn(parameter.uniform());
    case v1::ParameterSpec::kLogUniform:
      return BoundsIn(parameter.log_uniform());
    case v1::ParameterSpec::kIntUniform:
      return BoundsIn(parameter.int_uniform());
    case v1::ParameterSpec::kLogIntUniform:
      return BoundsIn(parameter.log_int_uniform());
    case v1::ParameterSpec::kNormal: {
      Bounds bounds;
      if (parameter.normal().has_min()) bounds.min = parameter.normal().min();
      if (parameter.normal().has_max()) bounds.max = parameter.normal().max();
      return bounds;
    }
    default:
      return {};
  }
}

Dimension::Kind KindOf(const v1::ParameterSpec& parameter) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform:
      return Dimension::Kind::kReal;
    case v1::ParameterSpec::kLogUniform:
      return Dimension::Kind::kLogReal;
    case v1::ParameterSpec::kIntUniform:
      return Dimension::Kind::kInt;
    case v1::ParameterSpec::kLogIntUniform:
      return Dimension::Kind::kLogInt;
    case v1::ParameterSpec::kNormal:
      return Dimension::Kind::kNormal;
    default:
      return Dimension::Kind::kCategory;
  }
}

bool IsLogarithmic(Dimension::Kind kind) {
  return kind == Dimension::Kind::kLogReal || kind == Dimension::Kind::kLogInt;
}

// Distance of counted values with uniform logarithms; nothing if they are spaced by a factor.
std::optional<double> LogStep(const v1::ParameterSpec& parameter) {
  const v1::LogRangeSpec& reals = parameter.log_uniform();
  if (reals.has_step()) return reals.step();
  const v1::LogIntRangeSpec& ints = parameter.log_int_uniform();
  if (!parameter.has_log_int_uniform() || ints.has_factor()) return std::nullopt;
  return ints.has_step() ? static_cast<double>(ints.step()) : 1.0;
}

// The cells of counted values that have uniform logarithms and a step; nothing of others.
std::optional<LogCells> LogCellsOf(const v1::ParameterSpec& parameter) {
  const std::optional<double> step = LogStep(parameter);
  if (!step.has_value()) return std::nullopt;
  return LogCells{.start = BoundsOf(parameter).min / *step,
                  .count = static_cast<double>(*LastValueIndex(parameter)) + 1};
}

bool IsDrawable(const v1::ParameterSpec& parameter) {
  const Dimension::Kind kind = KindOf(parameter);
  if (kind == Dimension::Kind::kCategory) {
    return parameter.has_constant() || parameter.values().value_size() > 0;
  }
  const auto [min, max] = BoundsOf(parameter);
  if (kind == Dimension::Kind::kNormal) return min < max && parameter.normal().stddev() > 0;
  return min <= max && (min > 0 || !IsLogarithmic(kind));
}

Dimension DimensionOf(const v1::ParameterSpec& parameter) {
  const std::optional<uint64_t> last_index = LastValueIndex(parameter);
  const std::optional<LogCells> log_cells = LogCellsOf(parameter);
  Dimension dimension = {.path = parameter.key(),
                         .kind = KindOf(parameter),
                         .last_index = last_index,
                         .even = last_index.has_value() && !log_cells.has_value()};
  if (log_cells.has_value()) dimension.log_start = log_cells->start;
  return dimension;
}

// low + (high - low) u, less than high unless both are the same; the sum may round up to high.
double Between(double low, double high, double u) {
  return std::min(low + (high - low) * u, std::nextafter(high, low));
}

// Where a value stands between two bounds.
double Share(double low, double high, double value) {
  if (low == high) return 0.5;
  return std::clamp((value - low) / (high - low), 0.0, kBelowOne);
}

// The normal distribution's part between its bounds, on the side where the bounds are not both in
// the upper tail: there probabilities would round to 1.
struct NormalPart {
  explicit NormalPart(const v1::ParameterSpec& parameter) : spec(parameter.normal()) {
    const auto [min, max] = BoundsOf(parameter);
    const double low = (min - spec.mean()) / spec.stddev();
    const double high = (max - spec.mean()) / spec.stddev();
    mirrored = low > 0;
    from = NormalProbability(mirrored ? -high : low);
    to = NormalProbability(mirrored ? -low : high);
  }
  const v1::NormalSpec& spec;
  bool mirrored;
  double from, to;
};

double NormalAt(const v1::ParameterSpec& parameter, double u) {
  const NormalPart part(parameter);
  const double p = Between(part.from, part.to, part.mirrored ? 1 - u : u);
  const double x = NormalQuantile(std::clamp(p, std::max(part.from, 1e-300), kBelowOne));
  return part.spec.mean() + part.spec.stddev() * (part.mirrored ? -x : x);
}

double CoordinateOfNormal(const v1::ParameterSpec& parameter, double value) {
  const NormalPart part(parameter);
  const double x = (value - part.spec.mean()) / part.spec.stddev();
  const double share = Share(part.from, part.to, NormalProbability(part.mirrored ? -x : x));
  return part.mirrored ? std::min(1 - share, kBelowOne) : share;
}

// The coordinate of one of last_index + 1 values that are equally likely.
double MiddleOfIndex(double index, uint64_t last_index) {
  return std::min((index + 0.5) / (static_cast<double>(last_index) + 1), kBelowOne);
}

// The number `whole`, at most last_index; a long range's may round up as a real.
uint64_t IndexUpTo(uint64_t last_index, double whole) {
  if (whole >= static_cast<double>(last_index)) return last_index;
  return whole > 0 ? static_cast<uint64_t>(whole) : 0;
}

// Number of the counted value next to a number within the bounds.
double NearestIndex(const v1::ParameterSpec& parameter, double number) {
  const double min = BoundsOf(parameter).min;
  if (parameter.has_uniform()) return std::round((number - min) / parameter.uniform().step());
  if (parameter.has_int_uniform()) {
    const v1::IntRangeSpec& range = parameter.int_uniform();
    return std::round((number - min) / (range.has_step() ? static_cast<double>(range.step()) : 1));
  }
  const double factor = parameter.has_log_uniform()
                            ? parameter.log_uniform().factor()
                            : static_cast<double>(parameter.log_int_uniform().factor());
  return std::round(std::log(number / min) / std::log(factor));
}

double CoordinateOfNumber(const v1::ParameterSpec& parameter, double number) {
  const auto [min, max] = BoundsOf(parameter);
  const std::optional<uint64_t> last = LastValueIndex(parameter);
  if (const std::optional<LogCells> cells = LogCellsOf(parameter)) {
    const double steps = std::round((number - min) / *LogStep(parameter));
    const auto index = static_cast<double>(IndexUpTo(*last, steps));
    return std::min((cells->BeginOf(index) + cells->BeginOf(index + 1)) / 2, kBelowOne);
  }
  if (last.has_value()) {
    const double index = std::min(NearestIndex(parameter, number), static_cast<double>(*last));
    return MiddleOfIndex(index, *last);
  }
  if (parameter.has_normal()) return CoordinateOfNormal(parameter, number);
  if (parameter.has_uniform()) return Share(min, max, number);
  return Share(std::log(min), std::log(max), std::log(number));
}

}  // namespace

SearchSpace::SearchSpace(const v1::SearchSpec& spec, const std::vector<int>& order,
                         Constraints constraints)
    : order_(order), constraints_(std::move(constraints)) {
  const std::vector<std::vector<Condition>> conditions = ConditionsOf(spec);
  std::vector<int> dimension_of(order.size());
  is_plain_ = constraints_.empty();
  for (const int number : order) {
    dimension_of[number] = static_cast<int>(parameters_.size());
    const v1::ParameterSpec& parameter = parameters_.emplace_back(spec.parameters(number));
    Dimension& dimension = dimensions_.emplace_back(DimensionOf(parameter));
    dimension.conditions = conditions[number];
    for (Condition& one : dimension.conditions) one.parameter = dimension_of[one.parameter];
    is_countable_ = is_countable_ && dimension.last_index.has_value();
    is_plain_ = is_plain_ && dimension.conditions.empty();
  }
  if (!is_countable_) return;
  absl::StatusOr<SearchGrid> grid = SearchGrid::Make(spec, constraints_);
  if (grid.ok()) grid_ = std::make_shared<const SearchGrid>(*std::move(grid));
}

absl::StatusOr<SearchSpace> SearchSpace::Make(const v1::SearchSpec& spec, Constraints constraints) {
  for (const v1::ParameterSpec& parameter : spec.parameters()) {
    if (IsDrawable(parameter)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "search.parameters.", parameter.key(),
        ": there is nothing to draw from; min must be at most max (above 0 for logarithms), a "
        "standard deviation above 0, and a list needs a value"));
  }
  const std::vector<int> order = ConditionOrder(ConditionsOf(spec));
  if (order.size() < static_cast<size_t>(spec.parameters_size())) {
    return absl::InvalidArgumentError("search.parameters: conditions (when) go round");
  }
  SearchSpace space(spec, order, std::move(constraints));
  if (space.grid() != nullptr && space.grid()->size() == 0) {
    return absl::InvalidArgumentError("search.constraints: no combination of values keeps them");
  }
  return space;
}

std::string SearchSpace::ValueAt(size_t dimension, double u) const {
  const v1::ParameterSpec& parameter = parameters_[dimension];
  const auto [min, max] = BoundsOf(parameter);
  const std::optional<uint64_t> last = dimensions_[dimension].last_index;
  if (const std::optional<LogCells> cells = LogCellsOf(parameter)) {
    return ValueOfIndex(dimension, IndexUpTo(*last, std::floor(cells->PlaceOf(u))));
  }
  if (last.has_value()) {
    const double index = std::floor(u * (static_cast<double>(*last) + 1));
    return ValueOfIndex(dimension, IndexUpTo(*last, index));
  }
  if (parameter.has_normal()) {
    return RealTextWithin(min, max, NormalAt(parameter, std::max(u, kAboveZero)));
  }
  if (parameter.has_uniform()) return RealTextWithin(min, max, Between(min, max, u));
  return RealTextWithin(min, max, std::exp(Between(std::log(min), std::log(max), u)));
}

std::string SearchSpace::ValueOfIndex(size_t dimension, uint64_t index) const {
  return pleat::ValueOfIndex(parameters_[dimension], index);
}

std::optional<double> SearchSpace::CoordinateOf(size_t dimension, const std::string& value) const {
  const v1::ParameterSpec& parameter = parameters_[dimension];
  const Dimension& known = dimensions_[dimension];
  if (known.kind == Dimension::Kind::kCategory) {
    const std::optional<uint64_t> index = IndexOfValue(parameter, value);
    if (!index.has_value()) return std::nullopt;
    return MiddleOfIndex(static_cast<double>(*index), *known.last_index);
  }
  double number = 0;
  if (!absl::SimpleAtod(value, &number) || !std::isfinite(number)) return std::nullopt;
  const auto [min, max] = BoundsOf(parameter);
  return CoordinateOfNumber(parameter, std::clamp(number, min, max));
}

bool SearchSpace::Contains(size_t dimension, const std::string& value) const {
  const v1::ParameterSpec& parameter = parameters_[dimension];
  if (dimensions_[dimension].kind == Dimension::Kind::kCategory) {
    return IndexOfValue(parameter, value).has_value();
  }
  double number = 0;
  const auto [min, max] = BoundsOf(parameter);
  return absl::SimpleAtod(value, &number) && number >= min && number <= max;
}

std::string SearchSpace::Listed(size_t dimension, const std::string& text) const {
  return ListedValue(parameters_[dimension], text);
}

std::vector<std::string> SearchSpace::ValuesOnGrid(uint64_t point) const {
  std::vector<std::string> values;
  for (size_t i = 0; i < dimensions_.size(); ++i) {
    values.push_back(ValueOfIndex(i, grid_->ValueIndex(point, order_[i]).value_or(0)));
  }
  return values;
}

std::vector<bool> SearchSpace::PartsOf(const std::vector<std::string>& values, size_t count) const {
  std::vector<bool> parts;
  for (size_t i = 0; i < count; ++i) {
    const std::vector<Condition>& conditions = dimensions_[i].conditions;
    parts.push_back(std::ranges::all_of(conditions, [&](const Condition& condition) {
      const auto other = static_cast<size_t>(condition.parameter);
      const std::optional<uint64_t> index =
          parts[other] ? IndexOfValue(parameters_[other], values[other]) : std::nullopt;
      return index.has_value() &&
             std::ranges::find(condition.values, *index) != condition.values.end();
    }));
  }
  return parts;
}

std::vector<v1::ParameterValue> SearchSpace::PointOf(const std::vector<std::string>& values) const {
  const std::vector<bool> parts = PartsOf(values, values.size());
  std::vector<v1::ParameterValue> point;
  for (size_t i = 0; i < dimensions_.size(); ++i) {
    if (!parts[i]) continue;
    for (const std::string& path : PathsOf(parameters_[i])) {
      v1::ParameterValue& value = point.emplace_back();
      value.set_path(path);
      value.set_value(values[i]);
    }
  }
  return point;
}

bool SearchSpace::Keeps(const std::vector<std::string>& values) const {
  if (constraints_.empty()) return true;
  const std::vector<bool> parts = PartsOf(values, values.size());
  ParameterTexts texts(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (parts[i]) texts[order_[i]] = values[i];
  }
  return !constraints_.FirstBroken(texts).has_value();
}

std::vector<std::string> SearchSpace::ValuesAt(const std::vector<double>& coordinates) const {
  std::vector<std::string> values;
  for (size_t i = 0; i < coordinates.size(); ++i) values.push_back(ValueAt(i, coordinates[i]));
  return values;
}

std::vector<v1::ParameterValue> SearchSpace::PointAt(const std::vector<double>& coordinates) const {
  return PointOf(ValuesAt(coordinates));
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
