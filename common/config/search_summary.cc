#include "common/config/search_summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_values.h"
#include "common/config/scalar_text.h"
#include "common/config/search_fields.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

bool IsWrittenAsList(const FieldTarget& target) {
  const google::protobuf::FieldDescriptor& field = *target.field;
  if (field.is_repeated() && target.index < 0) return !RulesOf(field).keyed();
  const auto* inlined = InlineField(*field.message_type());
  return inlined != nullptr && inlined->is_repeated() && !RulesOf(*inlined).keyed();
}

std::string TypeOf(const v1::SweepSpec& spec, const std::string& path) {
  const absl::StatusOr<SearchedField> found = FindSearchedField(spec, path);
  if (!found.ok()) return "unknown";
  const FieldTarget& target = found->target;
  if (TakesDocuments(target)) return IsWrittenAsList(target) ? "list" : "section";
  switch (target.field->cpp_type()) {
    case google::protobuf::FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case google::protobuf::FieldDescriptor::CPPTYPE_STRING:
      return "text";
    case google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE:
      return "real";
    default:
      return "whole number";
  }
}

// "from 0 to 0.5 by 0.1"
template <typename Range>
std::string DescribeInterval(const Range& range) {
  std::string text =
      absl::StrCat("from ", ScalarText(range.min()), " to ", ScalarText(range.max()));
  if (range.has_step()) absl::StrAppend(&text, " by ", ScalarText(range.step()));
  return text;
}

template <typename Range>
std::string DescribeLogInterval(const Range& range) {
  const std::string text = DescribeInterval(range);
  if (!range.has_factor()) return text;
  return absl::StrCat(text, " by a factor of ", ScalarText(range.factor()));
}

std::string DescribeNormal(const v1::NormalSpec& normal) {
  std::string text = absl::StrCat("about ", ScalarText(normal.mean()), " with deviation ",
                                  ScalarText(normal.stddev()));
  if (normal.has_min()) absl::StrAppend(&text, ", from ", ScalarText(normal.min()));
  if (normal.has_max()) {
    absl::StrAppend(&text, normal.has_min() ? " to " : ", up to ", ScalarText(normal.max()));
  }
  return text;
}

std::string CountText(const v1::ParameterSpec& parameter) {
  const std::optional<uint64_t> count = ValueCount(parameter);
  return count.has_value() ? absl::StrCat(" (", *count, " values)") : "";
}

std::string DescribeDistribution(const v1::ParameterSpec& parameter) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform:
      return absl::StrCat("uniform ", DescribeInterval(parameter.uniform()), CountText(parameter));
    case v1::ParameterSpec::kLogUniform:
      return absl::StrCat("log-uniform ", DescribeLogInterval(parameter.log_uniform()),
                          CountText(parameter));
    case v1::ParameterSpec::kIntUniform:
      return absl::StrCat("uniform ", DescribeInterval(parameter.int_uniform()),
                          CountText(parameter));
    case v1::ParameterSpec::kLogIntUniform:
      return absl::StrCat("log-uniform ", DescribeLogInterval(parameter.log_int_uniform()),
                          CountText(parameter));
    case v1::ParameterSpec::kNormal:
      return absl::StrCat("normal ", DescribeNormal(parameter.normal()));
    case v1::ParameterSpec::kValues:
      return absl::StrCat("one of ", absl::StrJoin(parameter.values().value(), ", "));
    case v1::ParameterSpec::kConstant:
      return absl::StrCat("always ", parameter.constant());
    case v1::ParameterSpec::DISTRIBUTION_NOT_SET:
      break;
  }
  return "nothing";
}

// "1 trial", "5 trials of 12 combinations"
std::string TrialsText(const v1::SweepSpec& spec) {
  const uint64_t trials = TrialCount(spec);
  const absl::StatusOr<uint64_t> combinations = GridSize(spec);
  const int by_hand = spec.search().enqueue_size();
  const bool is_whole_grid =
      IsGridSearch(spec.search()) && combinations.ok() && *combinations + by_hand == trials;
  std::string text = absl::StrCat(trials, trials == 1 ? " trial" : " trials");
  if (combinations.ok() && !is_whole_grid && !spec.search().parameters().empty()) {
    absl::StrAppend(&text, " of ", *combinations, " combinations");
  }
  if (by_hand > 0) absl::StrAppend(&text, ", the first ", by_hand, " by hand");
  return text;
}

}  // namespace

std::string MethodName(const v1::SearchSpec& search) {
  const v1::SearchMethodSpec& method = search.method();
  const auto* oneof = v1::SearchMethodSpec::descriptor()->oneof_decl(0);
  const auto* arm = method.GetReflection()->GetOneofFieldDescriptor(method, oneof);
  return arm != nullptr ? arm->name() : RulesOf(*oneof).default_();
}

bool IsGridSearch(const v1::SearchSpec& search) {
  switch (search.method().method_case()) {
    case v1::SearchMethodSpec::kRandom:
    case v1::SearchMethodSpec::kSobol:
    case v1::SearchMethodSpec::kTpe:
      return false;
    case v1::SearchMethodSpec::kGrid:
    case v1::SearchMethodSpec::METHOD_NOT_SET:
      break;
  }
  return true;
}

std::optional<uint64_t> ValueCount(const v1::ParameterSpec& parameter) {
  const std::optional<uint64_t> last = LastValueIndex(parameter);
  if (!last.has_value()) return std::nullopt;
  return *last == UINT64_MAX ? UINT64_MAX : *last + 1;
}

absl::StatusOr<uint64_t> GridSize(const v1::SweepSpec& spec) {
  uint64_t size = 1;
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    const std::optional<uint64_t> count = ValueCount(parameter);
    if (!count.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat(ElementPath("search.parameters", parameter.key()), ": ", kNoGrid));
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
  if (!IsGridSearch(search)) return search.max_trials();
  const uint64_t size = GridSize(spec).value_or(0) + search.enqueue_size();
  return search.max_trials() > 0 ? std::min<uint64_t>(size, search.max_trials()) : size;
}

std::vector<ParameterSummary> SummarizeParameters(const v1::SweepSpec& spec) {
  std::vector<ParameterSummary> summaries;
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    summaries.push_back(
        {parameter.key(), TypeOf(spec, parameter.key()), DescribeDistribution(parameter)});
  }
  return summaries;
}

std::string DescribeSearchSpace(const v1::SweepSpec& spec) {
  std::string text = absl::StrCat(MethodName(spec.search()), " search, ", TrialsText(spec));
  for (const ParameterSummary& parameter : SummarizeParameters(spec)) {
    absl::StrAppend(&text, "\n  ", parameter.path, ": ", parameter.type, ", ",
                    parameter.distribution);
  }
  return text;
}

}  // namespace pleat
