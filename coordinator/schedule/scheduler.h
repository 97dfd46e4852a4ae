// Which task a free group gets: a pure function of the state, and of who the group is.
#pragma once

#include <optional>
#include <string>

#include "coordinator/core/state.h"
#include "coordinator/core/sweep_race.h"
#include "coordinator/core/worker_table.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// A task for a group, and why it and why there.
struct Choice {
  const Sweep* sweep = nullptr;
  TaskKey task;
  std::string reason;
};

// A group that asks for a task, and all that are connected.
struct Asker {
  const std::string& worker;  // its id
  const v1::WorkerInfo& group;
  const WorkerTable& workers;
};

// The next task for a free group: sweeps by priority, then age; inside a sweep predictions before
// folds, then lower trials, then lower folds; not those that are held or delayed after a failure.
// Trials that race have the order of their race, which does not hand out all that waits. Nothing if
// no task waits that this group may run.
//
// Folds of one sweep are trained alike: all of them by groups of the size and the execution
// fingerprint that the sweep asks for or that its first fold fixed. Any group prepares data; one
// that found other data later gets no more of the sweep.
//
// A group leaves what it failed, or another one on its host, and what it is not to audit itself, to
// others, and one that is set aside leaves everything to them, as long as another one is connected
// that may run it.
std::optional<Choice> ChooseTask(const State& state, const RaceTable& races, const Asker& asker);

// Why a sweep has no task for a group.
std::string WhyNoTask(const Sweep& sweep, const State& state, const RaceTable& races,
                      const Asker& asker);
// Why no sweep has, naming the first few.
std::string WhyIdle(const State& state, const RaceTable& races, const Asker& asker);

}  // namespace pleat
