#include "common/config/study_search.h"

#include <memory>
#include <utility>
#include <vector>

#include "common/config/condition_check.h"
#include "common/config/defaults.h"
#include "common/config/diagnostic.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_check.h"
#include "common/config/rules_check.h"
#include "common/config/search_check.h"
#include "common/config/search_summary.h"
#include "common/config/source_map.h"

namespace pleat {
namespace {

// A field of the parameter's type without a range of its own: it takes all that is drawn.
SearchedField FreeField(const v1::ParameterSpec& parameter) {
  const google::protobuf::Descriptor* owner = v1::GivenValueSpec::descriptor();
  const char* name = "value";
  if (parameter.has_int_uniform() || parameter.has_log_int_uniform()) {
    owner = v1::IntRangeSpec::descriptor();
    name = "min";
  } else if (!parameter.has_values() && !parameter.has_constant()) {
    owner = v1::RangeSpec::descriptor();
    name = "min";
  }
  SearchedField field;
  field.spec = std::make_unique<v1::SweepSpec>();
  field.target.field = owner->FindFieldByName(name);
  return field;
}

void CheckMeaning(const v1::SearchSpec& search, std::vector<Problem>* problems) {
  if (search.parameters().empty()) {
    problems->push_back({"search.parameters", "a study needs parameters; declare them"});
  }
  if (IsExternalSearch(search)) {
    problems->push_back(
        {"search.method", "a study suggests its trials itself; choose another method"});
  }
  if (!search.constraints().empty()) {
    problems->push_back(
        {"search.constraints", "studies have none; leave them out, and tell such trials failed"});
  }
  if (!search.enqueue().empty()) {
    problems->push_back({"search.enqueue", "studies take no trials by hand; leave them out"});
  }
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    if (parameter.also().empty()) continue;
    problems->push_back({FieldPath(ElementPath("search.parameters", parameter.key()), "also"),
                         "studies have no links; use the one value twice"});
  }
}

std::vector<Problem> ProblemsOf(const v1::SweepSpec& spec) {
  std::vector<Problem> problems;
  CheckFieldRules(spec, *v1::SweepSpec::descriptor()->FindFieldByName("search"), -1, "search",
                  &problems);
  CheckMeaning(spec.search(), &problems);
  const bool is_grid = IsGridSearch(spec.search());
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    CheckParameter(parameter, FreeField(parameter), is_grid, &problems);
  }
  CheckConditions(spec.search(), &problems);
  if (problems.empty()) CheckSearchSize(spec, &problems);
  return problems;
}

}  // namespace

absl::StatusOr<v1::SearchSpec> ResolveStudySearch(const v1::SearchSpec& search) {
  v1::SweepSpec spec;
  *spec.mutable_search() = search;
  FillDefaults(spec.mutable_search());
  std::vector<Diagnostic> diagnostics;
  SourceMap("study").AddProblems(ProblemsOf(spec), &diagnostics);
  if (diagnostics.empty()) return std::move(*spec.mutable_search());
  return absl::InvalidArgumentError(FormatDiagnostics(diagnostics));
}

}  // namespace pleat
