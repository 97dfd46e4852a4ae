// Which trials of a list are shown. Pure.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/trial_list.h"

namespace pleat {

// Keeps the trials for which an expression holds: one comparison, or several joined by `and`, such
// as "lr<1e-3 and state=finished and score<=0.2". A comparison is a key (as FindKey's), one of
// < <= > >= = == !=, and a value. Numbers are compared as such; =, == and != take text too. A
// trial without the value fits no comparison. INVALID_ARGUMENT says what is wrong with the
// expression; the list is as it was.
absl::Status FilterTrials(const std::string& expression, TrialList& list);

}  // namespace pleat
