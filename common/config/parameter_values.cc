#include "common/config/parameter_values.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/config/trial_config.h"
#include "common/config/yaml_tree.h"

namespace pleat {
namespace {

// Room for what divisions and logarithms lose, so that (0.5 - 0) / 0.1 has five steps.
constexpr double kRoundingSlack = 1e-9;
// Keeps counts of steps exact as reals.
constexpr double kMostSteps = 1e15;

uint64_t WholeSteps(double steps) {
  // Also takes what is no number to 0.
  return steps >= 1 - kRoundingSlack
             ? static_cast<uint64_t>(std::min(steps + kRoundingSlack, kMostSteps))
             : 0;
}

uint64_t StepsOfInts(int64_t min, int64_t max, int64_t step) {
  if (min > max || step < 1) return 0;
  // In unsigned arithmetic, since the distance of two int64 may not fit a signed number.
  return (static_cast<uint64_t>(max) - static_cast<uint64_t>(min)) / static_cast<uint64_t>(step);
}

uint64_t FactorsOfInts(const v1::LogIntRangeSpec& range) {
  uint64_t count = 0;
  if (range.min() < 1 || range.factor() < 2) return count;
  for (int64_t value = range.min(); value <= range.max() / range.factor(); ++count) {
    value *= range.factor();
  }
  return count;
}

std::string SteppedInt(int64_t min, int64_t step, uint64_t index) {
  return absl::StrCat(
      static_cast<int64_t>(static_cast<uint64_t>(min) + index * static_cast<uint64_t>(step)));
}

}  // namespace

std::optional<uint64_t> LastValueIndex(const v1::ParameterSpec& parameter) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform: {
      const v1::RangeSpec& range = parameter.uniform();
      if (!range.has_step()) return std::nullopt;
      return WholeSteps((range.max() - range.min()) / range.step());
    }
    case v1::ParameterSpec::kLogUniform: {
      const v1::LogRangeSpec& range = parameter.log_uniform();
      if (range.has_step()) return WholeSteps((range.max() - range.min()) / range.step());
      if (!range.has_factor()) return std::nullopt;
      return WholeSteps(std::log(range.max() / range.min()) / std::log(range.factor()));
    }
    case v1::ParameterSpec::kIntUniform: {
      const v1::IntRangeSpec& range = parameter.int_uniform();
      return StepsOfInts(range.min(), range.max(), range.has_step() ? range.step() : 1);
    }
    case v1::ParameterSpec::kLogIntUniform: {
      const v1::LogIntRangeSpec& range = parameter.log_int_uniform();
      if (range.has_factor()) return FactorsOfInts(range);
      return StepsOfInts(range.min(), range.max(), range.has_step() ? range.step() : 1);
    }
    case v1::ParameterSpec::kValues:
      return std::max(1, parameter.values().value_size()) - 1;
    case v1::ParameterSpec::kConstant:
      return 0;
    case v1::ParameterSpec::kNormal:
    case v1::ParameterSpec::DISTRIBUTION_NOT_SET:
      break;
  }
  return std::nullopt;
}

std::string ValueOfIndex(const v1::ParameterSpec& parameter, uint64_t index) {
  const auto steps = static_cast<double>(index);
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform: {
      const v1::RangeSpec& range = parameter.uniform();
      return RealTextWithin(range.min(), range.max(), range.min() + steps * range.step());
    }
    case v1::ParameterSpec::kLogUniform: {
      const v1::LogRangeSpec& range = parameter.log_uniform();
      return RealTextWithin(range.min(), range.max(),
                            range.has_step() ? range.min() + steps * range.step()
                                             : range.min() * std::pow(range.factor(), steps));
    }
    case v1::ParameterSpec::kIntUniform: {
      const v1::IntRangeSpec& range = parameter.int_uniform();
      return SteppedInt(range.min(), range.has_step() ? range.step() : 1, index);
    }
    case v1::ParameterSpec::kLogIntUniform: {
      const v1::LogIntRangeSpec& range = parameter.log_int_uniform();
      if (!range.has_factor()) {
        return SteppedInt(range.min(), range.has_step() ? range.step() : 1, index);
      }
      int64_t value = range.min();
      for (uint64_t i = 0; i < index; ++i) value *= range.factor();
      return absl::StrCat(value);
    }
    case v1::ParameterSpec::kConstant:
      return parameter.constant();
    default:
      if (parameter.values().value().empty()) return "";
      return parameter.values().value(static_cast<int>(index));
  }
}

std::optional<uint64_t> IndexOfValue(const v1::ParameterSpec& parameter, const std::string& text) {
  const std::optional<uint64_t> last = LastValueIndex(parameter);
  if (!last.has_value()) return std::nullopt;
  for (uint64_t i = 0; i <= *last; ++i) {
    if (ValueOfIndex(parameter, i) == text) return i;
  }
  // The same number may be written in another way.
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return std::nullopt;
  for (uint64_t i = 0; i <= *last; ++i) {
    double listed = 0;
    if (absl::SimpleAtod(ValueOfIndex(parameter, i), &listed) && listed == number) return i;
  }
  return std::nullopt;
}

std::string ChoiceOf(const std::string& text) {
  if (!absl::StartsWith(text, "{")) return text;
  std::vector<Diagnostic> diagnostics;
  const YamlNode section = ParseYaml(text, "", &diagnostics);
  return section.children.size() == 1 ? section.children.front().key : "";
}

std::vector<uint64_t> ValuesNamed(const v1::ParameterSpec& parameter, const std::string& text) {
  std::vector<uint64_t> named;
  for (uint64_t i = 0; i <= LastValueIndex(parameter).value_or(0); ++i) {
    const std::string value = ValueOfIndex(parameter, i);
    if (value == text || ChoiceOf(value) == text) named.push_back(i);
  }
  if (!named.empty()) return named;
  if (const std::optional<uint64_t> index = IndexOfValue(parameter, text)) named.push_back(*index);
  return named;
}

std::string ListedValue(const v1::ParameterSpec& parameter, const std::string& text) {
  if (!parameter.has_values() || IndexOfValue(parameter, text).has_value()) return text;
  const std::vector<uint64_t> named = ValuesNamed(parameter, text);
  return named.size() == 1 ? ValueOfIndex(parameter, named.front()) : text;
}

}  // namespace pleat
