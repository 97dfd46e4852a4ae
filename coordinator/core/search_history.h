// What a search that learns may know when it suggests a trial.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "coordinator/core/sweep.h"
#include "coordinator/search/search_method.h"
#include "coordinator/search/trial_scores.h"

namespace pleat {

// The most trials that may be in flight: `resources.max_concurrent_trials`.
uint32_t MostInFlight(const Sweep& sweep);

// True if the next trial may be suggested: fewer than P = MostInFlight are in
// flight and, for a reproducible search that learns or whose budget needs results, trials 0 to n -
// P have ended, n being its number. Fold-epochs that only trials in flight may spend are waited
// for. Trials that race end in the race's logical order: there the next
// one follows when any has ended or is paused, and trials that depend on no results are added ahead
// of their place.
bool MayAddTrial(const Sweep& sweep);

// Number of trials, from 0, whose results may decide about the next one: all, or for a reproducible
// search without a race those that it waits for.
size_t KnownTrials(const Sweep& sweep);

// Whether the next trial's suggestion depends on the trials before.
bool LearnsForNext(const Sweep& sweep);

// The first trial whose end the next suggestion waits for, though a group could take it; none if it
// waits for none.
std::optional<uint32_t> AwaitedTrial(const Sweep& sweep);

// The losses of a trial that ended, lower being better. None if it has not, or if fewer than half
// of the folds are done: those that diverged were not the easier ones, so the others would speak
// too well of it. What the race stopped has those that it came to.
FoldLosses LossesOf(const Sweep& sweep, uint32_t number);

// The trials before the next one, for the sweep's search. If it is reproducible, only trials 0 to
// n - P have results, and those after count as running even where they have ended: what is known
// then follows from the results alone, not from when they came. Of trials that race all that have
// ended count. Empty for a search that does not learn.
std::vector<PastTrial> SearchHistory(const Sweep& sweep);

}  // namespace pleat
