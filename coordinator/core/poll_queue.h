// Groups that wait for a task: parked AcquireTask calls, in order of arrival.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "proto/coordinator.pb.h"

namespace pleat {

// One parked call. A group has at most one.
struct Poll {
  uint64_t token = 0;  // of the call to answer
  v1::AcquireTaskRequest request;
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

  // By arrival.
  const std::map<uint64_t, Poll>& polls() const { return polls_; }

 private:
  Poll Take(uint64_t arrival);

  uint64_t arrivals_ = 0;
  std::map<uint64_t, Poll> polls_;
  std::unordered_map<std::string, uint64_t> by_worker_;
  std::unordered_map<uint64_t, uint64_t> by_token_;
  std::set<std::pair<int64_t, uint64_t>> by_deadline_;
};

}  // namespace pleat
