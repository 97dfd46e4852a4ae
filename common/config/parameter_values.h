// The values of a search parameter, where they can be counted: lists, whole numbers and steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proto/sweep.pb.h"

namespace pleat {

// Number of the parameter's last value, counted from 0; 2^64 - 1 at most. Nothing for reals without
// steps. 0 for a range that CheckSearch refuses.
std::optional<uint64_t> LastValueIndex(const v1::ParameterSpec& parameter);

// Value `index` <= LastValueIndex, as text. Reals are rounded to 6 significant digits.
std::string ValueOfIndex(const v1::ParameterSpec& parameter, uint64_t index);

}  // namespace pleat
