#include "coordinator/service/sweep_service.h"

#include "coordinator/service/ensemble_stream.h"
#include "coordinator/service/explain_call.h"
#include "coordinator/service/unary_call.h"
#include "coordinator/service/watch_stream.h"

namespace pleat {

grpc::ServerUnaryReactor* SweepServiceImpl::Submit(grpc::CallbackServerContext*,
                                                   const v1::SubmitRequest* request,
                                                   v1::SubmitResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::List(grpc::CallbackServerContext*,
                                                 const v1::ListRequest* request,
                                                 v1::ListResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Get(grpc::CallbackServerContext*,
                                                const v1::GetRequest* request,
                                                v1::GetResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Cancel(grpc::CallbackServerContext*,
                                                   const v1::CancelRequest* request,
                                                   v1::CancelResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Remove(grpc::CallbackServerContext*,
                                                   const v1::RemoveRequest* request,
                                                   v1::RemoveResponse* response) {
  return new UnaryCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Explain(grpc::CallbackServerContext*,
                                                    const v1::ExplainRequest* request,
                                                    v1::ExplainResponse* response) {
  return new ExplainCall(loop_, *request, response);
}

grpc::ServerWriteReactor<v1::WatchResponse>* SweepServiceImpl::Watch(
    grpc::CallbackServerContext*, const v1::WatchRequest* request) {
  return new WatchStream(loop_, *request);
}

grpc::ServerWriteReactor<v1::GetEnsembleResponse>* SweepServiceImpl::GetEnsemble(
    grpc::CallbackServerContext*, const v1::GetEnsembleRequest* request) {
  return new EnsembleStream(loop_, store_, readers_, *request);
}

}  // namespace pleat
