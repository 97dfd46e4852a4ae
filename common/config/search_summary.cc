#include "common/config/search_summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/config/constraints.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_values.h"
#include "common/config/pruning_check.h"
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

// ", also of a, b, only where c is d or e"
std::string DescribeReach(const v1::ParameterSpec& parameter) {
  std::string text;
  if (parameter.also_size() > 0) {
    absl::StrAppend(&text, ", also of ", absl::StrJoin(parameter.also(), ", "));
  }
  for (const v1::ConditionSpec& condition : parameter.when()) {
    const bool is_first = &condition == &parameter.when(0);
    absl::StrAppend(&text, is_first ? ", only where " : " and ", condition.key(), " is ",
                    absl::StrJoin(condition.value(), " or "));
  }
  return text;
}

bool IsPlain(const v1::SearchSpec& search) {
  return search.constraints().empty() &&
         std::ranges::all_of(search.parameters(),
                             [](const auto& parameter) { return parameter.when().empty(); });
}

absl::StatusOr<SearchGrid> GridOf(const v1::SweepSpec& spec) {
  std::vector<Problem> problems;
  const Constraints constraints = Constraints::Make(spec, &problems);
  if (problems.empty()) return SearchGrid::Make(spec.search(), constraints);
  return absl::InvalidArgumentError(
      absl::StrCat(problems.front().path, ": ", problems.front().message));
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
  if (combinations.ok() && !spec.search().constraints().empty()) {
    absl::StrAppend(&text, ", without ", GridOf(spec)->left_out(), " that break a constraint");
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
    case v1::SearchMethodSpec::kGp:
    case v1::SearchMethodSpec::kExternal:
      return false;
    case v1::SearchMethodSpec::kGrid:
    case v1::SearchMethodSpec::METHOD_NOT_SET:
      break;
  }
  return true;
}

bool IsExternalSearch(const v1::SearchSpec& search) { return search.method().has_external(); }

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
    // Saturates at what is too many.
    size = *count > kMaxGridSize / size ? kMaxGridSize + 1 : size * *count;
  }
  if (!IsPlain(spec.search())) {
    PLEAT_ASSIGN_OR_RETURN(const SearchGrid grid, GridOf(spec));
    return grid.size();
  }
  if (size <= kMaxGridSize) return size;
  return absl::InvalidArgumentError(
      absl::StrCat("the grid has more than ", kMaxGridSize,
                   " trials; give fewer values, or use method: random with max_trials"));
}

uint64_t TrialCount(const v1::SweepSpec& spec) {
  const v1::SearchSpec& search = spec.search();
  if (search.parameters().empty()) return 1;
  if (IsExternalSearch(search)) return search.max_trials();
  const absl::StatusOr<uint64_t> combinations = GridSize(spec);
  const auto by_hand = static_cast<uint64_t>(search.enqueue_size());
  if (!IsGridSearch(search)) {
    const uint64_t most = search.max_trials();
    return combinations.ok() ? std::min(most, std::max(*combinations, by_hand)) : most;
  }
  const uint64_t size = combinations.value_or(0) + by_hand;
  return search.max_trials() > 0 ? std::min<uint64_t>(size, search.max_trials()) : size;
}

std::vector<ParameterSummary> SummarizeParameters(const v1::SweepSpec& spec) {
  std::vector<ParameterSummary> summaries;
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    summaries.push_back({parameter.key(), TypeOf(spec, parameter.key()),
                         absl::StrCat(DescribeDistribution(parameter), DescribeReach(parameter))});
  }
  return summaries;
}

std::string DescribeBudget(const v1::SearchSpec& search) {
  const v1::BudgetSpec& budget = search.budget();
  std::vector<std::string> parts;
  if (budget.has_fold_epochs()) {
    parts.push_back(absl::StrCat(budget.fold_epochs(), " fold-epochs"));
  }
  if (budget.has_target_score()) {
    parts.push_back(
        absl::StrCat("a ", search.metric().name(), " of ", ScalarText(budget.target_score())));
  }
  if (budget.has_gpu_hours()) {
    parts.push_back(absl::StrCat(ScalarText(budget.gpu_hours()), " hours of ranks"));
  }
  if (budget.has_wall_time()) {
    parts.push_back(absl::StrCat(budget.wall_time(), " since the folds were cut"));
  }
  return absl::StrJoin(parts, ", or ");
}

bool HasTimeBudget(const v1::SearchSpec& search) {
  return search.budget().has_gpu_hours() || search.budget().has_wall_time();
}

std::string DescribeSearchSpace(const v1::SweepSpec& spec) {
  std::string text = absl::StrCat(MethodName(spec.search()), " search, ", TrialsText(spec));
  for (const ParameterSummary& parameter : SummarizeParameters(spec)) {
    absl::StrAppend(&text, "\n  ", parameter.path, ": ", parameter.type, ", ",
                    parameter.distribution);
  }
  for (const std::string& constraint : spec.search().constraints()) {
    absl::StrAppend(&text, "\n  keeping ", constraint);
  }
  if (TrialsRace(spec.search())) {
    absl::StrAppend(&text, "\n  ending trials early by ", DescribePruning(spec.search()));
  }
  const std::string budget = DescribeBudget(spec.search());
  if (!budget.empty()) absl::StrAppend(&text, "\n  until ", budget);
  return text;
}

}  // namespace pleat
