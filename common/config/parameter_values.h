// The values of a search parameter, where they can be counted: lists, whole numbers and steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/sweep.pb.h"

namespace pleat {

// Number of the parameter's last value, counted from 0; 2^64 - 1 at most. Nothing for reals without
// steps. 0 for a range that CheckSearch refuses.
std::optional<uint64_t> LastValueIndex(const v1::ParameterSpec& parameter);

// Value `index` <= LastValueIndex, as text. Reals are rounded to 6 significant digits. Empty for a
// list without values, which CheckSearch refuses.
std::string ValueOfIndex(const v1::ParameterSpec& parameter, uint64_t index);

// Number of the value, of a list or a constant, that has this text, or is the same number.
std::optional<uint64_t> IndexOfValue(const v1::ParameterSpec& parameter, const std::string& text);

// The choice that a section's text is: "adam" of "{adam: {lr: 0.1}}" and of "adam"; empty for a
// section that has other than one key.
std::string ChoiceOf(const std::string& text);

// Numbers of the values, of a list or a constant, that `text` names: IndexOfValue's, or else all
// sections of which it is the choice.
std::vector<uint64_t> ValuesNamed(const v1::ParameterSpec& parameter, const std::string& text);

}  // namespace pleat
