#include "common/config/search_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/config/condition_check.h"
#include "common/config/conditions.h"
#include "common/config/constraints.h"
#include "common/config/enqueued_check.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_check.h"
#include "common/config/parameter_values.h"
#include "common/config/search_fields.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

void CheckLimit(const v1::SearchSpec& search, std::vector<Problem>* problems) {
  if (!IsGridSearch(search) && !search.parameters().empty() && search.max_trials() == 0) {
    problems->push_back(
        {"search.max_trials",
         absl::StrCat(MethodName(search), " search needs a limit; give at least 1")});
  }
}

// Checks that a client can give the trials, and that nobody else does.
void CheckExternal(const v1::SearchSpec& search, std::vector<Problem>* problems) {
  if (!IsExternalSearch(search)) return;
  if (search.parameters().empty()) {
    problems->push_back({"search.parameters",
                         "external search needs parameters, which the client's trials have values "
                         "of; declare them"});
  }
  if (!search.enqueue().empty()) {
    problems->push_back({"search.enqueue",
                         "external search takes all its trials from the client; give it these "
                         "too, and leave them out here"});
  }
}

// Checks that what can be counted is something, and not too much for a grid.
void CheckSize(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::SearchSpec& search = spec.search();
  const bool countable =
      std::all_of(search.parameters().begin(), search.parameters().end(),
                  [](const auto& parameter) { return ValueCount(parameter).has_value(); });
  if (!countable) return;
  const absl::StatusOr<uint64_t> size = GridSize(spec);
  if (size.ok() && *size == 0) {
    problems->push_back(
        {"search.constraints", "no combination of the values keeps them; loosen one"});
  } else if (!size.ok() && IsGridSearch(search)) {
    problems->push_back({"search.parameters", std::string(size.status().message())});
  }
}

// True if the parameter's conditions allow what the search chose around its field.
bool IsAllowed(const Surrounding& around, const std::vector<Condition>& conditions) {
  return std::ranges::all_of(around.choices, [&](const ChosenValue& choice) {
    return std::ranges::all_of(conditions, [&](const Condition& condition) {
      return condition.parameter != choice.parameter ||
             std::ranges::find(condition.values, choice.value) != condition.values.end();
    });
  });
}

// Checks that the field is there wherever the parameter is part of a trial.
void CheckSections(const v1::SweepSpec& spec, const std::string& path,
                   const std::vector<Condition>& conditions, const Problem& where,
                   std::vector<Problem>* problems) {
  for (Surrounding& around : SurroundingsOf(spec, path)) {
    const absl::Status found = FindParameter(&around.spec, path).status();
    if (found.ok() || around.choices.empty() || !IsAllowed(around, conditions)) continue;
    const ChosenValue& choice = around.choices.back();
    const v1::ParameterSpec& section = spec.search().parameters(choice.parameter);
    Problem problem = where;
    problem.message = absl::StrCat("is not there where ", section.key(), " is ",
                                   ValueOfIndex(section, choice.value), ": ", found.message());
    problems->push_back(std::move(problem));
    return;
  }
}

// Checks a parameter against one of the fields that take its value. `where` is the place of the
// field's path.
void CheckField(const v1::SweepSpec& spec, const v1::ParameterSpec& parameter,
                const std::vector<Condition>& conditions, const Problem& where,
                std::vector<Problem>* problems) {
  absl::StatusOr<SearchedField> field = FindSearchedField(spec, parameter.key());
  if (!field.ok()) {
    Problem problem = where;
    problem.message = std::string(field.status().message());
    problems->push_back(std::move(problem));
    return;
  }
  CheckSections(spec, parameter.key(), conditions, where, problems);
  CheckParameter(parameter, *std::move(field), IsGridSearch(spec.search()), problems);
}

// Checks the further fields that take a parameter's value: as if each were its own, told where the
// field is named, unless the first field has the same problem.
void CheckLinkedFields(const v1::SweepSpec& spec, const v1::ParameterSpec& parameter,
                       const std::vector<Condition>& conditions, const std::vector<Problem>& first,
                       std::vector<Problem>* problems) {
  const std::string path = ElementPath("search.parameters", parameter.key());
  for (int i = 0; i < parameter.also_size(); ++i) {
    const std::string own = ElementPath(FieldPath(path, "also"), absl::StrCat(i));
    v1::ParameterSpec linked = parameter;
    linked.set_key(parameter.also(i));
    if (absl::StartsWith(linked.key(), "training.start_from")) {
      problems->push_back({own, "may not be linked; make it a parameter of its own"});
      continue;
    }
    std::vector<Problem> found;
    CheckField(spec, linked, conditions, {own, ""}, &found);
    const std::string linked_path = ElementPath("search.parameters", linked.key());
    for (Problem& problem : found) {
      if (!absl::StartsWith(problem.path, linked_path)) {
        problems->push_back(std::move(problem));
        continue;
      }
      const std::string inside = problem.path.substr(linked_path.size());
      const bool is_told = std::ranges::any_of(
          first, [&](const Problem& other) { return other.path == path + inside; });
      if (is_told) continue;
      problems->push_back({own, absl::StrCat(inside.empty() ? "" : inside.substr(1),
                                             inside.empty() ? "" : ": ", problem.message)});
    }
  }
}

// Checks that no field takes two values.
void CheckPathsDiffer(const v1::SearchSpec& search, std::vector<Problem>* problems) {
  std::map<std::string, std::string> owners;
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    owners[parameter.key()] = parameter.key();
  }
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    const std::string path = FieldPath(ElementPath("search.parameters", parameter.key()), "also");
    for (int i = 0; i < parameter.also_size(); ++i) {
      const auto [first, is_new] = owners.emplace(parameter.also(i), parameter.key());
      if (is_new) continue;
      problems->push_back({ElementPath(path, absl::StrCat(i)),
                           absl::StrCat(parameter.also(i), " takes the value of ",
                                        ElementPath("search.parameters", first->second),
                                        " already; name it once")});
    }
  }
}

}  // namespace

void CheckSearch(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const std::vector<std::vector<Condition>> conditions = ConditionsOf(spec.search());
  for (int i = 0; i < spec.search().parameters_size(); ++i) {
    const v1::ParameterSpec& parameter = spec.search().parameters(i);
    const Problem where = {ElementPath("search.parameters", parameter.key()), "", /*at_key=*/true};
    std::vector<Problem> first;
    CheckField(spec, parameter, conditions[i], where, &first);
    problems->insert(problems->end(), first.begin(), first.end());
    CheckLinkedFields(spec, parameter, conditions[i], first, problems);
  }
  CheckPathsDiffer(spec.search(), problems);
  std::vector<Problem> broken;
  CheckConditions(spec.search(), &broken);
  const Constraints constraints = Constraints::Make(spec, &broken);
  problems->insert(problems->end(), broken.begin(), broken.end());
  CheckEnqueued(spec, constraints, problems);
  CheckExternal(spec.search(), problems);
  CheckLimit(spec.search(), problems);
  if (broken.empty()) CheckSize(spec, problems);
}

void CheckSearchSize(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  CheckLimit(spec.search(), problems);
  CheckSize(spec, problems);
}

}  // namespace pleat
