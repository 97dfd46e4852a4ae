#include "common/config/condition_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/config/conditions.h"
#include "common/config/did_you_mean.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_values.h"

namespace pleat {
namespace {

const v1::ParameterSpec* FindByPath(const v1::SearchSpec& search, const std::string& path) {
  const auto found = std::ranges::find_if(
      search.parameters(), [&](const auto& parameter) { return parameter.key() == path; });
  return found == search.parameters().end() ? nullptr : &*found;
}

// What may stand for a value of the parameter.
std::vector<std::string> WordsOf(const v1::ParameterSpec& parameter) {
  std::vector<std::string> words;
  for (uint64_t i = 0; i <= *LastValueIndex(parameter); ++i) {
    const std::string value = ValueOfIndex(parameter, i);
    const std::string choice = ChoiceOf(value);
    const std::string& word = choice.empty() ? value : choice;
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
  return words;
}

void CheckValues(const v1::ParameterSpec& other, const v1::ConditionSpec& condition,
                 const std::string& path, std::vector<Problem>* problems) {
  for (int i = 0; i < condition.value_size(); ++i) {
    const std::string& value = condition.value(i);
    if (!ValuesNamed(other, value).empty()) continue;
    problems->push_back(
        {ElementPath(path, absl::StrCat(i)),
         absl::StrCat(other.key(), " is never ", value, SuggestWord(value, WordsOf(other)))});
  }
}

void CheckCondition(const v1::SearchSpec& search, const v1::ParameterSpec& parameter,
                    const v1::ConditionSpec& condition, const std::string& path,
                    std::vector<Problem>* problems) {
  const v1::ParameterSpec* other = FindByPath(search, condition.key());
  const auto add = [&](std::string message) {
    problems->push_back({path, std::move(message), /*at_key=*/true});
  };
  if (other == nullptr) {
    return add(absl::StrCat("is not among search.parameters; add it there",
                            SuggestParameter(search, condition.key())));
  }
  if (other == &parameter) return add("is the parameter itself; name another");
  const std::optional<uint64_t> last = LastValueIndex(*other);
  if (!last.has_value() || *last >= kMostConditionValues) {
    return add(absl::StrCat("has more than ", kMostConditionValues,
                            " values; only a parameter with fewer, such as a list, may decide"));
  }
  CheckValues(*other, condition, path, problems);
}

// "a -> b -> a": from a parameter that is not in `order`, along conditions that are not either.
std::string RoundFrom(int start, const v1::SearchSpec& search,
                      const std::vector<std::vector<Condition>>& conditions,
                      const std::vector<int>& order, std::vector<int>* round) {
  for (int at = start; std::ranges::find(*round, at) == round->end();) {
    round->push_back(at);
    at = std::ranges::find_if(conditions[at], [&](const Condition& condition) {
           return std::ranges::find(order, condition.parameter) == order.end();
         })->parameter;
    if (std::ranges::find(*round, at) == round->end()) continue;
    round->erase(round->begin(), std::ranges::find(*round, at));
  }
  std::string text;
  for (const int one : *round) absl::StrAppend(&text, search.parameters(one).key(), " -> ");
  return absl::StrCat(text, search.parameters(round->front()).key());
}

void CheckRounds(const v1::SearchSpec& search, std::vector<Problem>* problems) {
  const std::vector<std::vector<Condition>> conditions = ConditionsOf(search);
  const std::vector<int> order = ConditionOrder(conditions);
  for (int i = 0; i < search.parameters_size(); ++i) {
    if (std::ranges::find(order, i) != order.end()) continue;
    std::vector<int> round;
    const std::string text = RoundFrom(i, search, conditions, order, &round);
    const std::string& key = search.parameters(round.front()).key();
    problems->push_back({FieldPath(ElementPath("search.parameters", key), "when"),
                         absl::StrCat("goes round: ", text, "; remove one of these conditions"),
                         /*at_key=*/true});
    return;
  }
}

}  // namespace

std::string SuggestParameter(const v1::SearchSpec& search, const std::string& path) {
  std::vector<std::string> paths;
  for (const v1::ParameterSpec& parameter : search.parameters()) paths.push_back(parameter.key());
  const std::string nearest = NearestWord(path, paths);
  return nearest.empty() ? "" : absl::StrCat("; did you mean \"", nearest, "\"?");
}

void CheckConditions(const v1::SearchSpec& search, std::vector<Problem>* problems) {
  const size_t before = problems->size();
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    const std::string path = FieldPath(ElementPath("search.parameters", parameter.key()), "when");
    for (const v1::ConditionSpec& condition : parameter.when()) {
      CheckCondition(search, parameter, condition, ElementPath(path, condition.key()), problems);
    }
  }
  if (problems->size() == before) CheckRounds(search, problems);
}

}  // namespace pleat
