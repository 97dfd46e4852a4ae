// Readers of a sweep's journal, each at its own place and pace.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/journal.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// What a reader asks for: the next records of one sweep.
struct FollowRequest {
  std::string sweep;
  // First sequence number wanted.
  uint64_t from = 0;
  // Wait for records that do not exist yet; otherwise the answer may be empty.
  bool wait = true;
  // While waiting, be content with live progress too.
  bool progress = false;
};

// The next records, replies left out, or live progress. Empty: there is nothing more, because the
// sweep has ended or the reader did not want to wait.
struct JournalPage {
  std::vector<v1::JournalRecord> records;
  std::vector<v1::TaskProgress> progress;
};

// Answers each request once: from the journal when it has the records already, else when they are
// committed. Nothing is buffered for a reader, who asks again when it has dealt with a page; so a
// slow one costs nothing, and misses no record, only progress. Used by the coordinator's loop
// alone.
class JournalFollowers {
 public:
  using Callback = std::function<void(absl::StatusOr<JournalPage>)>;
  static constexpr size_t kPageRecords = 256;

  // Both must outlive it.
  JournalFollowers(Journal& journal, const State& state) : journal_(journal), state_(state) {}

  // NOT_FOUND: no such sweep.
  void Follow(uint64_t token, FollowRequest request, Callback done);
  // Answers a waiting reader with CANCELLED; does nothing if it does not wait.
  void Forget(uint64_t token);
  // Wakes those who wait for these records, which are durable now.
  void OnCommitted(std::span<const v1::JournalRecord> records);
  // Wakes those who wait on this sweep with `progress`.
  void OnProgress(const std::string& sweep, const v1::TaskProgress& progress);
  // Answers all who wait with UNAVAILABLE.
  void Close();

 private:
  struct Follower {
    FollowRequest request;
    Callback done;
  };

  absl::StatusOr<JournalPage> ReadPage(const FollowRequest& request);

  Journal& journal_;
  const State& state_;
  std::map<uint64_t, Follower> waiting_;  // by token
};

}  // namespace pleat
