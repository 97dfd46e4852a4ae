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

// Number of the value that has this text, or else is the same number; none where they cannot be
// counted.
std::optional<uint64_t> IndexOfValue(const v1::ParameterSpec& parameter, const std::string& text);

// The choice that a section's text is: "adam" of "{adam: {lr: 0.1}}" and of "adam"; empty for a
// section that has other than one key.
std::string ChoiceOf(const std::string& text);

// Numbers of the values that `text` names: those with this text, all sections of which it is the
// choice, or else the same number.
std::vector<uint64_t> ValuesNamed(const v1::ParameterSpec& parameter, const std::string& text);

// `text`, or the value whose choice it is if that is one section.
std::string ListedValue(const v1::ParameterSpec& parameter, const std::string& text);

}  // namespace pleat
