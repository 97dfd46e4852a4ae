// What the core is fed with in tests: small sweeps, and results as workers and effects give them.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// A small sweep over synthetic digits: `trials` values of one parameter, `folds` folds. `more` are
// further lines of YAML.
v1::SweepSpec SmallSweep(const std::string& name, uint32_t trials, uint32_t folds,
                         absl::string_view more = "");
// The same without a test set.
v1::SweepSpec SweepWithoutTestSet(const std::string& name, uint32_t trials, uint32_t folds,
                                  absl::string_view more = "");

// The attempt of a lease.
v1::AttemptId AttemptOf(const v1::Lease& lease);
// A result that fits the lease; lower trials and folds score better.
v1::TaskResult SampleResult(const v1::Lease& lease);
// The effect's end, with a result as the real ones give: the folds of the best trial, and two views
// if the sweep asks for any.
EffectDone SampleDone(const Effect& effect);

// The whole state but the replies and what is remembered of groups, and these, as text; equal
// states have equal texts. The latter go with the records of a removed sweep.
std::string StateText(const State& state);
std::string RepliesText(const State& state);

}  // namespace pleat
