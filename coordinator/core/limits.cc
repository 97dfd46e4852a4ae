#include "coordinator/core/limits.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/config/did_you_mean.h"
#include "common/config/overrides.h"
#include "common/config/sweep_reader.h"

namespace pleat {
namespace {

constexpr char kNone[] = "none";

struct Limit {
  const char* path;
  // Its value in words.
  std::string (*text)(const v1::SweepSpec& spec);
  // Takes it out; null: it always has a value.
  void (*clear)(v1::BudgetSpec& budget) = nullptr;
};

const std::array<Limit, 7>& Limits() {
  using Spec = v1::SweepSpec;
  static const std::array<Limit, 7> limits = {{
      {"search.max_trials", [](const Spec& s) { return absl::StrCat(s.search().max_trials()); }},
      {"resources.max_concurrent_trials",
       [](const Spec& s) { return absl::StrCat(s.resources().max_concurrent_trials()); }},
      {"resources.max_failures",
       [](const Spec& s) { return absl::StrCat(s.resources().max_failures()); }},
      {"search.budget.fold_epochs",
       [](const Spec& s) {
         const v1::BudgetSpec& budget = s.search().budget();
         return budget.has_fold_epochs() ? absl::StrCat(budget.fold_epochs()) : kNone;
       },
       [](v1::BudgetSpec& budget) { budget.clear_fold_epochs(); }},
      {"search.budget.gpu_hours",
       [](const Spec& s) {
         const v1::BudgetSpec& budget = s.search().budget();
         return budget.has_gpu_hours() ? absl::StrCat(budget.gpu_hours()) : kNone;
       },
       [](v1::BudgetSpec& budget) { budget.clear_gpu_hours(); }},
      {"search.budget.wall_time",
       [](const Spec& s) {
         const v1::BudgetSpec& budget = s.search().budget();
         return budget.has_wall_time() ? budget.wall_time() : kNone;
       },
       [](v1::BudgetSpec& budget) { budget.clear_wall_time(); }},
      {"search.budget.target_score",
       [](const Spec& s) {
         const v1::BudgetSpec& budget = s.search().budget();
         return budget.has_target_score() ? absl::StrCat(budget.target_score()) : kNone;
       },
       [](v1::BudgetSpec& budget) { budget.clear_target_score(); }},
  }};
  return limits;
}

absl::StatusOr<const Limit*> FindLimit(const std::string& path) {
  std::vector<std::string> paths;
  for (const Limit& limit : Limits()) {
    if (path == limit.path) return &limit;
    paths.emplace_back(limit.path);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", path, "' is no limit of a sweep that exists", SuggestWord(path, paths)));
}

bool IsEmpty(const v1::BudgetSpec& budget) {
  return !budget.has_fold_epochs() && !budget.has_gpu_hours() && !budget.has_wall_time() &&
         !budget.has_target_score();
}

absl::Status SetLimit(const std::string& assignment, v1::SweepSpec* spec) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", assignment, "' is not PATH=VALUE, such as search.max_trials=12"));
  }
  PLEAT_ASSIGN_OR_RETURN(const Limit* limit, FindLimit(assignment.substr(0, equals)));
  if (limit->clear != nullptr && assignment.substr(equals + 1) == kNone) {
    limit->clear(*spec->mutable_search()->mutable_budget());
    return absl::OkStatus();
  }
  SourceMap sources(kOverrideFile);
  std::vector<Diagnostic> diagnostics;
  ApplyOverride(assignment, spec, &sources, &diagnostics);
  if (diagnostics.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(diagnostics.front().path, ": ", diagnostics.front().message));
}

}  // namespace

absl::StatusOr<v1::SweepSpec> WithLimits(
    v1::SweepSpec spec, const google::protobuf::RepeatedPtrField<std::string>& limits) {
  if (limits.empty()) {
    return absl::InvalidArgumentError(
        "no limit is given; name one: search.max_trials=12, resources.max_failures=5, …");
  }
  for (const std::string& limit : limits) PLEAT_RETURN_IF_ERROR(SetLimit(limit, &spec));
  if (IsEmpty(spec.search().budget())) spec.mutable_search()->clear_budget();
  PLEAT_RETURN_IF_ERROR(CheckSweepSpec(spec));
  return spec;
}

std::vector<v1::LimitChange> ChangedLimits(const v1::SweepSpec& from, const v1::SweepSpec& to) {
  std::vector<v1::LimitChange> changes;
  for (const Limit& limit : Limits()) {
    if (limit.text(from) == limit.text(to)) continue;
    v1::LimitChange& change = changes.emplace_back();
    change.set_path(limit.path);
    change.set_from(limit.text(from));
    change.set_to(limit.text(to));
  }
  return changes;
}

}  // namespace pleat
