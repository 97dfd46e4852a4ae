// Workers that hold a task each and say once a second that they are still at it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace pleat {

// Each is a registered group with a connection and a lease of its own, whose heartbeats show a task
// that moves, as those of worker/session's LeaseKeeper do. One thread sends them all, spread over
// the second.
class HeartbeatingWorkers {
 public:
  explicit HeartbeatingWorkers(int count);
  ~HeartbeatingWorkers();

  // Connects them, gets each its lease, and begins. `connect` is called once for each.
  absl::Status Start(const std::function<std::shared_ptr<grpc::Channel>()>& connect,
                     const std::string& store_uuid);
  // Heartbeats that were answered so far.
  size_t Answered() const;
  // Sends no more, and waits for the last answers. An error: a heartbeat failed, or a group was
  // told to stop.
  absl::Status Stop();

 private:
  class Worker;
  struct Shared;

  void Run();

  const int count_;
  std::unique_ptr<Shared> shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> stops_ = false;
  std::thread thread_;
};

}  // namespace pleat
