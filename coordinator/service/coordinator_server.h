// The gRPC server around a coordinator's loop.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/listen_address.h"
#include "coordinator/service/search_service.h"
#include "coordinator/service/sweep_service.h"
#include "coordinator/service/worker_service.h"

namespace pleat {

// Serves SweepService, WorkerService and SearchService, gRPC's health checking and reflection.
class CoordinatorServer {
 public:
  // Loop and store must outlive it.
  CoordinatorServer(CoordinatorLoop& loop, const Store& store);
  // Shuts down.
  ~CoordinatorServer();

  // Begins to serve; port 0 is replaced by a free one. UNAVAILABLE: the address is taken.
  absl::Status Listen(const ListenAddress& address);
  // Begins to serve callers in this process alone, through InProcessChannel.
  absl::Status ServeInProcess();

  const ListenAddress& address() const { return address_; }
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Takes no new calls, and gives open ones a second to end. Stop the loop before: that ends polls
  // and streams.
  void Shutdown();

 private:
  absl::Status Start(grpc::ServerBuilder& builder);

  WorkerServiceImpl workers_;
  SweepServiceImpl sweeps_;
  SearchServiceImpl studies_;
  ListenAddress address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace pleat
