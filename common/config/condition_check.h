// Checks of the conditions under which search parameters are part of a trial.
#pragma once

#include <string>
#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// "; did you mean "training.epochs"?", or nothing if no parameter is near.
std::string SuggestParameter(const v1::SearchSpec& search, const std::string& path);

// Appends a problem for each condition on a parameter that is not there, is the same, or has too
// many values, for each value that the other never takes, and for conditions that go round.
void CheckConditions(const v1::SearchSpec& search, std::vector<Problem>* problems);

}  // namespace pleat
