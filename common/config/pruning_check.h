// What search.pruning asks for, and checks of it against the rest of the sweep.
#pragma once

#include <string>
#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// True if trials race over their folds: any rule of `search.pruning` is named.
bool TrialsRace(const v1::SearchSpec& search);

// What ends or pauses trials, for people: "fold racing (paired), asha (eta 3, from 1 epoch)"; empty
// if nothing does.
std::string DescribePruning(const v1::SearchSpec& search);

// Appends a problem for each parameter that gives trials of a race
// different numbers of epochs, for a test that no number of this sweep's folds can pass, and for
// rungs or a warm-up that leave nothing to decide.
void CheckPruning(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
