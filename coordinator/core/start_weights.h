// Which weights the folds of a trial begin with, if its training.start_from names any. Pure
// functions of the state; a source is a sweep that has ended, so what they give does not change.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/core/state.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Names of the sweeps whose weights trials of `spec` may begin with.
std::set<std::string> StartSweeps(const v1::SweepSpec& spec);

// The weights of each of `folds` folds. FAILED_PRECONDITION: the sweep, trial or a fold that
// `start` names is not there, has not ended or has no weights; says which, with the field's path.
absl::StatusOr<std::vector<v1::StartWeights>> ResolveStart(const State& state,
                                                           const v1::StartFromSpec& start,
                                                           uint32_t folds);

// The same for every start that trials of `spec` may have, before anything of it is accepted. What
// is not known yet, such as the number of folds of some splitters, is left to ResolveStart, and so
// are the later ones of very many.
absl::Status CheckStarts(const State& state, const v1::SweepSpec& spec);

// For people: what a trial of `sweep` begins with. Warns if the source was trained on the same rows
// but not by the same folds, since it then saw rows that validate here.
std::string StartText(const State& state, const Sweep& sweep, const v1::StartFromSpec& start);

}  // namespace pleat
