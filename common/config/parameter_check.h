// Check of one search parameter against a field that it varies.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "common/config/search_fields.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each value or bound that the field does not take, and for an empty interval
// or a step that leads nowhere. `is_grid`: reals without steps are refused.
void CheckParameter(const v1::ParameterSpec& parameter, SearchedField field, bool is_grid,
                    std::vector<Problem>* problems);

}  // namespace pleat
