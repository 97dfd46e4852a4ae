// The events of a watch, read in the background.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "client/connection.h"

namespace pleat {

// Reads from construction to destruction, whatever the reader does in between. A broken connection
// is taken up at the next sequence number. Take and the others belong to one thread.
class SweepFeed {
 public:
  // Events of sweep `name` from `from_sequence` on. A coordinator that is away for `patience_ms`
  // from the break of the connection on is given up. `connection` must outlive this.
  SweepFeed(Connection& connection, std::string name, uint64_t from_sequence, int64_t patience_ms);
  ~SweepFeed();
  SweepFeed(const SweepFeed&) = delete;
  SweepFeed& operator=(const SweepFeed&) = delete;

  // The events that have come, in order; waits up to `wait_ms` for the first.
  std::vector<v1::WatchResponse> Take(int64_t wait_ms);
  // True once nothing more will come and all was taken.
  bool finished() const;
  // Why it finished. OK: the coordinator had nothing more to say, since the sweep has ended.
  absl::Status status() const;
  // True while the coordinator does not answer.
  bool is_away() const;

 private:
  void Read();
  // Reads one stream to its end.
  absl::Status ReadStream();
  bool Push(const v1::WatchResponse& event);
  // Waits before the next try; false if there is to be none.
  bool Pause(int64_t ms);
  void Finish(const absl::Status& status);

  Connection& connection_;
  const std::string name_;
  const int64_t patience_ms_;
  // Of the reading thread.
  uint64_t next_sequence_;
  std::optional<int64_t> broken_since_ms_;  // empty while the coordinator answers

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<v1::WatchResponse> events_;
  std::shared_ptr<grpc::ClientContext> context_;  // of the stream that is open
  bool stopping_ = false;
  bool finished_ = false;
  bool away_ = false;
  absl::Status status_;

  std::thread thread_;
};

}  // namespace pleat
