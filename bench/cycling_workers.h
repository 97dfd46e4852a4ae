// Workers that do nothing but take tasks and complete them.
#pragma once

#include <grpcpp/grpcpp.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pleat {

// What else the server did while a lease was waited for.
enum Beside { kNothing, kSnapshot, kBackup, kBesides };

struct CyclingOptions {
  int workers = 64;
  std::string store_uuid = {};
  // Called once for each worker: a connection to the server.
  std::function<std::shared_ptr<grpc::Channel>()> connect;
  // What the server does at this moment. Thread-safe.
  std::function<Beside()> beside = [] { return kNothing; };
};

// Each has one call in flight, AcquireTask, CompleteTask, and again: a chain of callbacks, so that
// many take no threads of their own.
class CyclingWorkers {
 public:
  // Milliseconds that leases took, by what went on beside them.
  using LeaseTimes = std::array<std::vector<double>, kBesides>;

  // Registers them.
  explicit CyclingWorkers(const CyclingOptions& options);
  ~CyclingWorkers();

  void Start();
  // Cycles that have ended so far.
  size_t Cycles() const;
  // Lets each come to the end of its cycle. An error: of the first call that failed.
  absl::Status Stop();
  const LeaseTimes& lease_ms() const;

 private:
  class Worker;
  struct Shared;

  std::unique_ptr<Shared> shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace pleat
