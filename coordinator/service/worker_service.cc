#include "coordinator/service/worker_service.h"

#include "coordinator/service/unary_call.h"

namespace pleat {

grpc::ServerUnaryReactor* WorkerServiceImpl::Register(grpc::CallbackServerContext* context,
                                                      const v1::RegisterRequest* request,
                                                      v1::RegisterResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::AcquireTask(grpc::CallbackServerContext*,
                                                         const v1::AcquireTaskRequest* request,
                                                         v1::AcquireTaskResponse* response) {
  return new WaitingCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::Heartbeat(grpc::CallbackServerContext* context,
                                                       const v1::HeartbeatRequest* request,
                                                       v1::HeartbeatResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::ReportEpoch(grpc::CallbackServerContext* context,
                                                         const v1::ReportEpochRequest* request,
                                                         v1::ReportEpochResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::PublishCheckpoint(
    grpc::CallbackServerContext* context, const v1::PublishCheckpointRequest* request,
    v1::PublishCheckpointResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::QuarantineCheckpoint(
    grpc::CallbackServerContext* context, const v1::QuarantineCheckpointRequest* request,
    v1::QuarantineCheckpointResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::CompleteTask(grpc::CallbackServerContext* context,
                                                          const v1::CompleteTaskRequest* request,
                                                          v1::CompleteTaskResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::FailTask(grpc::CallbackServerContext* context,
                                                      const v1::FailTaskRequest* request,
                                                      v1::FailTaskResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

}  // namespace pleat
