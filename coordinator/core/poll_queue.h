// Groups that wait for a task: parked AcquireTask calls, in order of arrival.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "absl/functional/function_ref.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// One parked call. A group has at most one.
struct Poll {
  uint64_t token = 0;  // of the call to answer
  v1::AcquireTaskRequest request;
  v1::WorkerInfo group;  // that asks
  std::string line;      // its id if tasks may be kept from this very group, else empty
  int64_t deadline_ms = 0;
};

// Not journaled: a client whose call breaks asks again. Not thread-safe.
class PollQueue {
 public:
  // Parks a call at the end of the queue; returns the call of the same group that it replaces.
  // A retry of the very request that is parked keeps its place.
  std::optional<Poll> Park(Poll poll);
  // Takes a call out.
  std::optional<Poll> TakeWorker(const std::string& worker_id);
  // Drops a call whose client went away; false if it is not parked.
  bool Forget(uint64_t token);
  // Takes out one call whose wait is over, if there is any.
  std::optional<Poll> TakeOverdue(int64_t now_ms);

  // Offers calls to `serve`, in order of arrival, and takes out those that it serves (true). After
  // a refusal the calls of groups of the same kind are passed over: they would be refused too,
  // unless `is_special` says that tasks have come to be kept from this very one since it waits. So
  // this takes as long as what is served and the number of kinds, not of all who wait. Neither may
  // change the queue.
  void Serve(absl::FunctionRef<bool(const Poll&)> serve,
             absl::FunctionRef<bool(const Poll&)> is_special);

 private:
  // What tells groups apart when tasks are handed out: ranks, execution fingerprint, and whether
  // they are kept away from a sweep.
  using GroupKind = std::tuple<uint32_t, std::string, std::string>;

  static GroupKind KindOf(const Poll& poll) {
    return {poll.group.group_size(), poll.group.fingerprint(), poll.line};
  }
  Poll Take(uint64_t arrival);

  uint64_t arrivals_ = 0;
  std::unordered_map<uint64_t, Poll> polls_;       // by arrival, a number that grows
  std::map<GroupKind, std::set<uint64_t>> lines_;  // arrivals; none is empty
  std::unordered_map<std::string, uint64_t> by_worker_;
  std::unordered_map<uint64_t, uint64_t> by_token_;
  std::set<std::pair<int64_t, uint64_t>> by_deadline_;
};

}  // namespace pleat
