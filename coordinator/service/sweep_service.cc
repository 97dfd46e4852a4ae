#include "coordinator/service/sweep_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/grpc_status.h"
#include "coordinator/service/backup_stream.h"
#include "coordinator/service/ensemble_stream.h"
#include "coordinator/service/explain_call.h"
#include "coordinator/service/refused_stream.h"
#include "coordinator/service/resolve.h"
#include "coordinator/service/unary_call.h"
#include "coordinator/service/watch_stream.h"

namespace pleat {
namespace {

absl::Status TooMany(int most, absl::string_view what) {
  return absl::ResourceExhaustedError(absl::StrCat("the coordinator serves ", most, " ", what,
                                                   " at once; try again when some have ended"));
}

}  // namespace

grpc::ServerUnaryReactor* SweepServiceImpl::Submit(grpc::CallbackServerContext* context,
                                                   const v1::SubmitRequest* request,
                                                   v1::SubmitResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Resolve(grpc::CallbackServerContext* context,
                                                    const v1::ResolveRequest* request,
                                                    v1::ResolveResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<v1::SweepSpec> spec = ResolveSweep(*request);
  if (spec.ok()) *response->mutable_spec() = *spec;
  reactor->Finish(ToGrpcStatus(spec.status()));
  return reactor;
}

grpc::ServerUnaryReactor* SweepServiceImpl::AddTrial(grpc::CallbackServerContext* context,
                                                     const v1::AddTrialRequest* request,
                                                     v1::AddTrialResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::FinishSearch(grpc::CallbackServerContext* context,
                                                         const v1::FinishSearchRequest* request,
                                                         v1::FinishSearchResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::List(grpc::CallbackServerContext* context,
                                                 const v1::ListRequest* request,
                                                 v1::ListResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Get(grpc::CallbackServerContext* context,
                                                const v1::GetRequest* request,
                                                v1::GetResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Cancel(grpc::CallbackServerContext* context,
                                                   const v1::CancelRequest* request,
                                                   v1::CancelResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Remove(grpc::CallbackServerContext*,
                                                   const v1::RemoveRequest* request,
                                                   v1::RemoveResponse* response) {
  return new WaitingCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Extend(grpc::CallbackServerContext* context,
                                                   const v1::ExtendRequest* request,
                                                   v1::ExtendResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Retry(grpc::CallbackServerContext* context,
                                                  const v1::RetryRequest* request,
                                                  v1::RetryResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::ChangeLimits(grpc::CallbackServerContext* context,
                                                         const v1::ChangeLimitsRequest* request,
                                                         v1::ChangeLimitsResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SweepServiceImpl::Explain(grpc::CallbackServerContext*,
                                                    const v1::ExplainRequest* request,
                                                    v1::ExplainResponse* response) {
  return new ExplainCall(loop_, *request, response);
}

grpc::ServerWriteReactor<v1::WatchResponse>* SweepServiceImpl::Watch(
    grpc::CallbackServerContext*, const v1::WatchRequest* request) {
  OpenSlots::Slot slot = watches_.Take();
  if (slot == nullptr) {
    return new RefusedStream<v1::WatchResponse>(TooMany(watches_.most(), "watches"));
  }
  return new WatchStream(loop_, *request, std::move(slot));
}

grpc::ServerWriteReactor<v1::GetEnsembleResponse>* SweepServiceImpl::GetEnsemble(
    grpc::CallbackServerContext*, const v1::GetEnsembleRequest* request) {
  OpenSlots::Slot slot = downloads_.Take();
  if (slot == nullptr) {
    return new RefusedStream<v1::GetEnsembleResponse>(TooMany(downloads_.most(), "downloads"));
  }
  return new EnsembleStream(loop_, store_, readers_, *request, std::move(slot));
}

grpc::ServerWriteReactor<v1::BackupResponse>* SweepServiceImpl::Backup(grpc::CallbackServerContext*,
                                                                       const v1::BackupRequest*) {
  return new BackupStream(loop_, store_);
}

}  // namespace pleat
