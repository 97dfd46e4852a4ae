#include "coordinator/service/worker_service.h"

#include "coordinator/service/unary_call.h"

namespace pleat {

grpc::ServerUnaryReactor* WorkerServiceImpl::Register(grpc::CallbackServerContext*,
                                                      const v1::RegisterRequest* request,
                                                      v1::RegisterResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::AcquireTask(grpc::CallbackServerContext*,
                                                         const v1::AcquireTaskRequest* request,
                                                         v1::AcquireTaskResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::Heartbeat(grpc::CallbackServerContext*,
                                                       const v1::HeartbeatRequest* request,
                                                       v1::HeartbeatResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::ReportEpoch(grpc::CallbackServerContext*,
                                                         const v1::ReportEpochRequest* request,
                                                         v1::ReportEpochResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::PublishCheckpoint(
    grpc::CallbackServerContext*, const v1::PublishCheckpointRequest* request,
    v1::PublishCheckpointResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::QuarantineCheckpoint(
    grpc::CallbackServerContext*, const v1::QuarantineCheckpointRequest* request,
    v1::QuarantineCheckpointResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::CompleteTask(grpc::CallbackServerContext*,
                                                          const v1::CompleteTaskRequest* request,
                                                          v1::CompleteTaskResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::FailTask(grpc::CallbackServerContext*,
                                                      const v1::FailTaskRequest* request,
                                                      v1::FailTaskResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

}  // namespace pleat
