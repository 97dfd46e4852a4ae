#include "common/config/conditions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "common/config/parameter_values.h"
#include "common/config/search_fields.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

bool MayBeDependedOn(const v1::ParameterSpec& parameter) {
  const std::optional<uint64_t> last = LastValueIndex(parameter);
  return last.has_value() && *last < kMostConditionValues;
}

Condition Resolve(const v1::SearchSpec& search, int number, const v1::ConditionSpec& given) {
  Condition condition = {.parameter = number, .values = {}};
  for (const std::string& value : given.value()) {
    const std::vector<uint64_t> named = ValuesNamed(search.parameters(number), value);
    condition.values.insert(condition.values.end(), named.begin(), named.end());
  }
  return condition;
}

bool HasCondition(const v1::ParameterSpec& parameter, const std::string& path) {
  return std::ranges::any_of(parameter.when(),
                             [&](const auto& condition) { return condition.key() == path; });
}

// The shortest words for some values of a section: choices where all of a choice are among them.
std::vector<std::string> NamesOf(const v1::ParameterSpec& section,
                                 const std::set<uint64_t>& values) {
  std::vector<std::string> names;
  for (const uint64_t value : values) {
    const std::string text = ValueOfIndex(section, value);
    const std::string choice = ChoiceOf(text);
    const bool is_whole =
        !choice.empty() && std::ranges::all_of(ValuesNamed(section, choice), [&](uint64_t other) {
          return values.contains(other);
        });
    const std::string& name = is_whole ? choice : text;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

// Adds the condition on each section around the path that has the field in some values only.
void FillAround(const v1::SweepSpec& spec, const std::string& path, v1::ParameterSpec* parameter) {
  std::map<int, std::set<uint64_t>> all, fitting;
  for (Surrounding& around : SurroundingsOf(spec, path)) {
    const bool fits = FindParameter(&around.spec, path).ok();
    for (const ChosenValue& choice : around.choices) {
      all[choice.parameter].insert(choice.value);
      if (fits) fitting[choice.parameter].insert(choice.value);
    }
  }
  for (const auto& [number, values] : fitting) {
    const v1::ParameterSpec& section = spec.search().parameters(number);
    const bool is_always = values.size() == all[number].size() && section.when().empty();
    if (is_always || HasCondition(*parameter, section.key())) continue;
    v1::ConditionSpec* condition = parameter->add_when();
    condition->set_key(section.key());
    for (const std::string& name : NamesOf(section, values)) condition->add_value(name);
  }
}

}  // namespace

std::vector<std::vector<Condition>> ConditionsOf(const v1::SearchSpec& search) {
  std::map<std::string, int> numbers;
  for (int i = 0; i < search.parameters_size(); ++i) numbers[search.parameters(i).key()] = i;
  std::vector<std::vector<Condition>> conditions;
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    std::vector<Condition>& own = conditions.emplace_back();
    for (const v1::ConditionSpec& given : parameter.when()) {
      const auto other = numbers.find(given.key());
      if (other == numbers.end() || !MayBeDependedOn(search.parameters(other->second))) continue;
      own.push_back(Resolve(search, other->second, given));
    }
  }
  return conditions;
}

std::vector<int> ConditionOrder(const std::vector<std::vector<Condition>>& conditions) {
  std::vector<int> order;
  std::vector<bool> placed(conditions.size());
  const auto comes_next = [&](size_t number) {
    return !placed[number] && std::ranges::all_of(conditions[number], [&](const Condition& one) {
      return placed[one.parameter];
    });
  };
  while (true) {
    size_t next = 0;
    while (next < conditions.size() && !comes_next(next)) ++next;
    if (next == conditions.size()) return order;
    placed[next] = true;
    order.push_back(static_cast<int>(next));
  }
}

void FillConditions(v1::SweepSpec* spec) {
  if (!spec->has_search()) return;
  for (v1::ParameterSpec& parameter : *spec->mutable_search()->mutable_parameters()) {
    for (const std::string& path : PathsOf(parameter)) FillAround(*spec, path, &parameter);
  }
}

}  // namespace pleat
