// Conditions of search parameters: which of them are part of a trial.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/sweep.pb.h"

namespace pleat {

// The most values that a parameter may have on which others depend.
inline constexpr uint64_t kMostConditionValues = 1024;

// Another parameter, by its number, and the numbers of the values that it must have.
struct Condition {
  int parameter = 0;
  std::vector<uint64_t> values;
};

// The conditions of each parameter; what CheckConditions refuses is left out.
std::vector<std::vector<Condition>> ConditionsOf(const v1::SearchSpec& search);

// The numbers of the parameters, each after those that its conditions name, otherwise in the YAML's
// order. Parameters that depend on themselves are left out.
std::vector<int> ConditionOrder(const std::vector<std::vector<Condition>>& conditions);

// Adds the condition of each parameter that lies inside a section of which the search chooses
// values without its field. Doing it twice changes nothing.
void FillConditions(v1::SweepSpec* spec);

}  // namespace pleat
