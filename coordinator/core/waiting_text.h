// What a sweep waits for after a failure, in words.
#pragma once

#include <string>

#include "coordinator/core/sweep.h"

namespace pleat {

// Of a task that is delayed: "waiting 8 s after failure 2 of 3: no space left".
std::string RetryText(const Sweep& sweep, const TaskState& task);
// "cutting the folds failed, waiting 8 s after failure 4: no space left".
std::string EffectFailedText(const v1::EffectFailed& failed);

}  // namespace pleat
