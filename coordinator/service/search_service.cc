#include "coordinator/service/search_service.h"

#include "coordinator/service/unary_call.h"

namespace pleat {

grpc::ServerUnaryReactor* SearchServiceImpl::CreateStudy(grpc::CallbackServerContext* context,
                                                         const v1::CreateStudyRequest* request,
                                                         v1::CreateStudyResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SearchServiceImpl::Ask(grpc::CallbackServerContext*,
                                                 const v1::AskRequest* request,
                                                 v1::AskResponse* response) {
  return new WaitingCall(loop_, *request, response);
}

grpc::ServerUnaryReactor* SearchServiceImpl::Report(grpc::CallbackServerContext* context,
                                                    const v1::ReportRequest* request,
                                                    v1::ReportResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SearchServiceImpl::Tell(grpc::CallbackServerContext* context,
                                                  const v1::TellRequest* request,
                                                  v1::TellResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SearchServiceImpl::ListStudies(grpc::CallbackServerContext* context,
                                                         const v1::ListStudiesRequest* request,
                                                         v1::ListStudiesResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SearchServiceImpl::GetStudy(grpc::CallbackServerContext* context,
                                                      const v1::GetStudyRequest* request,
                                                      v1::GetStudyResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

grpc::ServerUnaryReactor* SearchServiceImpl::RemoveStudy(grpc::CallbackServerContext* context,
                                                         const v1::RemoveStudyRequest* request,
                                                         v1::RemoveStudyResponse* response) {
  return AnswerAtOnce(loop_, *context, *request, response);
}

}  // namespace pleat
