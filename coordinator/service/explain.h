// Decisions in words.
#pragma once

#include <optional>

#include "coordinator/service/early_ends.h"
#include "proto/coordinator.pb.h"
#include "proto/journal.pb.h"

namespace pleat {

// The decision that a record of the journal stands for, with its reason. Nothing if it is not a
// decision (an epoch's figures, a checkpoint), or not about the trial or fold that is asked for.
// `early_ends` has followed the sweep's records up to this one.
std::optional<v1::Decision> ExplainRecord(const v1::JournalRecord& record,
                                          const v1::ExplainRequest& request,
                                          const EarlyEnds& early_ends = {});

}  // namespace pleat
