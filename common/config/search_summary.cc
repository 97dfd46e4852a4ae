#include "common/config/search_summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_text.h"

namespace pleat {
namespace {

std::string DescribeBounds(const v1::RangeSpec& range) {
  return absl::StrCat("from ", ScalarText(range.min()), " to ", ScalarText(range.max()));
}

std::string DescribeParameter(const v1::ParameterSpec& parameter) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform:
      return absl::StrCat("uniform ", DescribeBounds(parameter.uniform()));
    case v1::ParameterSpec::kLogUniform:
      return absl::StrCat("log-uniform ", DescribeBounds(parameter.log_uniform()));
    case v1::ParameterSpec::kIntUniform:
      return absl::StrCat("whole numbers from ", parameter.int_uniform().min(), " to ",
                          parameter.int_uniform().max());
    case v1::ParameterSpec::kValues:
      return absl::StrJoin(parameter.values().value(), ", ");
    case v1::ParameterSpec::DISTRIBUTION_NOT_SET:
      break;
  }
  return "nothing";
}

std::string MethodText(const v1::SearchMethodSpec& method) {
  if (method.has_tpe()) return "tpe";
  return method.has_random() ? "random search" : "grid search";
}

}  // namespace

std::optional<uint64_t> ValueCount(const v1::ParameterSpec& parameter) {
  if (parameter.has_values()) return parameter.values().value_size();
  if (!parameter.has_int_uniform()) return std::nullopt;
  // Unsigned, because the distance of two int64 may not fit into one.
  const uint64_t distance = static_cast<uint64_t>(parameter.int_uniform().max()) -
                            static_cast<uint64_t>(parameter.int_uniform().min());
  return distance == UINT64_MAX ? UINT64_MAX : distance + 1;
}

absl::StatusOr<uint64_t> GridSize(const v1::SweepSpec& spec) {
  uint64_t size = 1;
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    const std::optional<uint64_t> count = ValueCount(parameter);
    if (!count.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat(ElementPath("search.parameters", parameter.key()),
                       ": reals have no grid; list them with values, or use method: random"));
    }
    if (*count > kMaxGridSize / std::max<uint64_t>(size, 1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the grid has more than ", kMaxGridSize,
                       " trials; give fewer values, or use method: random with max_trials"));
    }
    size *= *count;
  }
  return size;
}

uint64_t TrialCount(const v1::SweepSpec& spec) {
  const v1::SearchSpec& search = spec.search();
  if (search.parameters().empty()) return 1;
  if (search.method().has_random() || search.method().has_tpe()) return search.max_trials();
  const uint64_t size = GridSize(spec).value_or(0);
  return search.max_trials() > 0 ? std::min<uint64_t>(size, search.max_trials()) : size;
}

std::string DescribeSearchSpace(const v1::SweepSpec& spec) {
  const uint64_t trials = TrialCount(spec);
  std::string text = absl::StrCat(MethodText(spec.search().method()), ", ", trials,
                                  trials == 1 ? " trial" : " trials");
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    absl::StrAppend(&text, "\n  ", parameter.key(), ": ", DescribeParameter(parameter));
  }
  return text;
}

}  // namespace pleat
