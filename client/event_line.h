// The events of a watch in words.
#pragma once

#include <optional>
#include <string>

#include "client/sweep_view.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// What an event means, in one line for people; nothing for events that are not worth one. `before`
// is the sweep before the event is applied.
std::optional<std::string> EventLine(const v1::WatchResponse& event, const SweepView& before);

// "trial 2 fold 1", "data preparation", "prediction of trial 2 fold 1".
std::string TaskText(const std::string& task_id);

}  // namespace pleat
