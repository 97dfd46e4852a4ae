// What may be removed from the store, and what stays: pure functions of a sweep's state.
//
// Of the attempts that have begun so far, the files that the state names stay, and the whole folder
// of the one that runs. Nothing else will ever be named again, since names only come from running
// attempts; so a collection may run beside the sweep, however late, and again, and it may be killed
// halfway. What an attempt that lost its lease writes after a collection is found by the next one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/sweep.h"
#include "proto/artifact.pb.h"

namespace pleat {

// The attempts of one task, and what stays of them.
struct AttemptFolders {
  std::string folder;               // each attempt_<n> lies in it
  uint64_t last_attempt = 0;        // later ones began after the plan: they stay
  std::optional<uint64_t> running;  // writes at any time: it stays as a whole
  std::set<std::string> named;      // paths of files that stay
  // state.json of the checkpoints that somebody may go on from. What they name stays too: the best
  // epoch's weights, perhaps of an earlier attempt. If one cannot be read, nothing is removed.
  std::vector<v1::Artifact> states;
};

// The collection of what some tasks of a sweep have left; comes back as CollectionDone. Idempotent.
struct CollectGarbage {
  std::string sweep;
  v1::GarbageCollected collected;  // what it will settle, without what it removes
  std::vector<AttemptFolders> tasks;
  std::string unfinished_ensemble;  // folder of one that will not be finished; empty: there is none
};

// Tasks of one collection, at most, so that planning it takes no time to speak of.
inline constexpr size_t kMostCollectedTasks = 1'000;

// For `tasks`, and the tasks that left garbage first, up to so many.
CollectGarbage PlanCollection(const Sweep& sweep, std::set<TaskKey> tasks);

// The tasks of which an attempt lost its lease, or was stopped, and may write for a while.
std::set<TaskKey> TasksWithStaleAttempts(const Sweep& sweep);

// Whether a collection has dealt with what this record left of this task.
bool Settles(const v1::GarbageCollected& collected, uint64_t sequence, const TaskKey& task);

// What is to become of a file or folder below AttemptFolders::folder.
enum class Fate {
  kStays,   // with all below it
  kGoes,    // with all below it
  kDiffers  // a folder of which something stays
};
Fate FateOf(const std::string& path, const AttemptFolders& attempts);

// Calls `visit` with every artifact that a message names.
void VisitArtifacts(const google::protobuf::Message& message,
                    const std::function<void(const v1::Artifact&)>& visit);

}  // namespace pleat
