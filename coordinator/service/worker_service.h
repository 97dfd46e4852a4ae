// The gRPC surface for groups of workers.
#pragma once

#include "coordinator/service/coordinator_loop.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

// Every rpc is one command of the loop; see proto/coordinator.proto.
class WorkerServiceImpl final : public v1::WorkerService::CallbackService {
 public:
  // `loop` must outlive it.
  explicit WorkerServiceImpl(CoordinatorLoop& loop) : loop_(loop) {}

  grpc::ServerUnaryReactor* Register(grpc::CallbackServerContext* context,
                                     const v1::RegisterRequest* request,
                                     v1::RegisterResponse* response) override;
  grpc::ServerUnaryReactor* AcquireTask(grpc::CallbackServerContext* context,
                                        const v1::AcquireTaskRequest* request,
                                        v1::AcquireTaskResponse* response) override;
  grpc::ServerUnaryReactor* Heartbeat(grpc::CallbackServerContext* context,
                                      const v1::HeartbeatRequest* request,
                                      v1::HeartbeatResponse* response) override;
  grpc::ServerUnaryReactor* ReportEpoch(grpc::CallbackServerContext* context,
                                        const v1::ReportEpochRequest* request,
                                        v1::ReportEpochResponse* response) override;
  grpc::ServerUnaryReactor* PublishCheckpoint(grpc::CallbackServerContext* context,
                                              const v1::PublishCheckpointRequest* request,
                                              v1::PublishCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* QuarantineCheckpoint(
      grpc::CallbackServerContext* context, const v1::QuarantineCheckpointRequest* request,
      v1::QuarantineCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* CompleteTask(grpc::CallbackServerContext* context,
                                         const v1::CompleteTaskRequest* request,
                                         v1::CompleteTaskResponse* response) override;
  grpc::ServerUnaryReactor* FailTask(grpc::CallbackServerContext* context,
                                     const v1::FailTaskRequest* request,
                                     v1::FailTaskResponse* response) override;

 private:
  CoordinatorLoop& loop_;
};

}  // namespace pleat
