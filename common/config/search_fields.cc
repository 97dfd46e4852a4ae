#include "common/config/search_fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/config/parameter_values.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

constexpr size_t kMostSurroundings = 1024;

bool IsInside(const std::string& path, const std::string& section) {
  return absl::StartsWith(path, absl::StrCat(section, ".")) ||
         absl::StartsWith(path, absl::StrCat(section, "["));
}

// Numbers of the parameters that are sections around a field, from the outside to the inside.
std::vector<int> SectionsAround(const v1::SearchSpec& search, const std::string& path) {
  std::vector<int> sections;
  for (int i = 0; i < search.parameters_size(); ++i) {
    const v1::ParameterSpec& parameter = search.parameters(i);
    const bool is_listed = parameter.has_values() || parameter.has_constant();
    if (is_listed && IsInside(path, parameter.key())) sections.push_back(i);
  }
  std::ranges::stable_sort(sections, {}, [&](int i) { return search.parameters(i).key().size(); });
  return sections;
}

// `around` with each value of one more section; as it is where it does not have the section.
std::vector<Surrounding> WithSection(const std::vector<Surrounding>& around,
                                     const v1::SearchSpec& search, int number) {
  const v1::ParameterSpec& section = search.parameters(number);
  std::vector<Surrounding> all;
  for (const Surrounding& one : around) {
    v1::SweepSpec copy = one.spec;
    if (!FindParameter(&copy, section.key()).ok()) {
      all.push_back(one);
      continue;
    }
    for (uint64_t i = 0; i <= *LastValueIndex(section) && all.size() < kMostSurroundings; ++i) {
      Surrounding with = one;
      std::vector<Problem> problems;
      PutParameterValue(*FindParameter(&with.spec, section.key()), ValueOfIndex(section, i), "",
                        &problems);
      with.choices.push_back({.parameter = number, .value = i});
      if (problems.empty()) all.push_back(std::move(with));
    }
  }
  return all;
}

}  // namespace

std::vector<Surrounding> SurroundingsOf(const v1::SweepSpec& spec, const std::string& path) {
  std::vector<Surrounding> all(1);
  all[0].spec = spec;
  all[0].spec.mutable_search()->clear_parameters();
  for (const int section : SectionsAround(spec.search(), path)) {
    all = WithSection(all, spec.search(), section);
  }
  return all;
}

absl::StatusOr<SearchedField> FindSearchedField(const v1::SweepSpec& spec,
                                                const std::string& path) {
  absl::Status why = absl::InvalidArgumentError("no value of the section around it fits");
  for (Surrounding& one : SurroundingsOf(spec, path)) {
    SearchedField field = {std::make_unique<v1::SweepSpec>(std::move(one.spec)), {}};
    const absl::StatusOr<FieldTarget> target = FindParameter(field.spec.get(), path);
    if (!target.ok()) {
      why = target.status();
      continue;
    }
    field.target = *target;
    return field;
  }
  return why;
}

}  // namespace pleat
