// What a search has spent of its budget (search.budget). Pure functions of the state; the decision
// that a budget is spent is one record, SearchEnded, so a replay does not count again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "coordinator/core/sweep.h"
#include "proto/journal.pb.h"

namespace pleat {

// True if the budget depends on results, so that a reproducible search decides about each trial by
// those that its number may know of.
bool BudgetNeedsResults(const Sweep& sweep);

// True if only the end of trials that run can tell whether fold-epochs are left: together with what
// those may take at most they would be spent. `known`: trials, from 0, whose results count.
bool WaitsForFoldEpochs(const Sweep& sweep, size_t known);

// The first part of the budget that is spent, so that no further trial may begin; nothing if none
// is, or no trial has begun. `known` as above; `now_unix_ms`: the time of the command.
std::optional<v1::SearchEnded> SpentBudget(const Sweep& sweep, size_t known, int64_t now_unix_ms);

}  // namespace pleat
