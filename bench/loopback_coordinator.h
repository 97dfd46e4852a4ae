// A whole coordinator in this process, reached over loopback TCP: SQLite journal and store on disk.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/journal/journal.h"
#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/coordinator_server.h"

namespace pleat {

class LoopbackCoordinator {
 public:
  // Keeps its files below `folder`. A commit that fails ends the process.
  static absl::StatusOr<std::unique_ptr<LoopbackCoordinator>> Start(const std::string& folder);
  ~LoopbackCoordinator() { Stop(); }

  // A connection of its own, as another process would have.
  std::shared_ptr<grpc::Channel> Connect() const;
  Store& store() { return *store_; }
  // Whether a snapshot of the state is being made at this moment. Thread-safe.
  bool MakesSnapshot() const { return loop_->makes_snapshot(); }
  void Stop();
  // Reads the journal into a new core, as a restart would, and prints how long that takes.
  absl::Status Replay();

 private:
  LoopbackCoordinator(const std::string& state_dir, std::unique_ptr<Journal> journal,
                      std::unique_ptr<Store> store);

  const std::unique_ptr<Journal> journal_;
  const std::unique_ptr<Store> store_;
  CoreOptions options_;
  std::unique_ptr<CoordinatorCore> core_;
  std::unique_ptr<CoordinatorLoop> loop_;
  std::unique_ptr<CoordinatorServer> server_;
};

// Of the process.
double ResidentMiB();
// The value below which this share of them lies.
double Percentile(const std::vector<double>& sorted, double share);

}  // namespace pleat
