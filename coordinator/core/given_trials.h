// Sweeps whose trials come from outside (`search.method: external`). A given trial is journaled at
// once, and added when the folds are cut and there is a place in flight.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "coordinator/core/sweep.h"
#include "coordinator/search/search_method.h"

namespace pleat {

// True if a client gives the sweep's trials.
bool TakesGivenTrials(const Sweep& sweep);

// Why the sweep takes no further trial, and what to do; nothing if it does.
std::optional<std::string> WhyNoGivenTrial(const Sweep& sweep);

// Number of trials that may be added by now: of a search that suggests them itself, all.
size_t AvailableTrials(const Sweep& sweep);

// The next trial to add: the method's, which depends on no others, or the one that was given.
// There is one.
Suggestion NextTrial(const Sweep& sweep);

// What a sweep waits for that has no open trial and may be given more: in words; nothing if it does
// not wait for that.
std::optional<std::string> AwaitedFromOutside(const Sweep& sweep);

}  // namespace pleat
