// A sweep as a journal of Optuna's.
#pragma once

#include <string>

#include "proto/coordinator.pb.h"

namespace pleat {

// The log that Optuna's JournalStorage reads from a file (JournalFileBackend; a JSON object per
// line): one study of the sweep's name with a trial for each of its trials. Its parameters are
// called by their paths and have the distributions of the search space, made wider or finer where
// a trial given by hand lies outside or between; sections and lists are choices by their text. Its
// value is the mean over the folds, and intermediate value k the score of fold k. A trial that lost
// all its folds failed, one that was cancelled or stopped is pruned. Times are those of the sweep.
std::string OptunaJournal(const v1::GetResponse& sweep);

}  // namespace pleat
