// The gRPC surface of studies: who suggests is here, who evaluates elsewhere.
#pragma once

#include "coordinator/service/coordinator_loop.h"
#include "proto/study.grpc.pb.h"

namespace pleat {

// Every rpc is one command of the loop; see proto/study.proto.
class SearchServiceImpl final : public v1::SearchService::CallbackService {
 public:
  // `loop` must outlive it.
  explicit SearchServiceImpl(CoordinatorLoop& loop) : loop_(loop) {}

  grpc::ServerUnaryReactor* CreateStudy(grpc::CallbackServerContext* context,
                                        const v1::CreateStudyRequest* request,
                                        v1::CreateStudyResponse* response) override;
  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context, const v1::AskRequest* request,
                                v1::AskResponse* response) override;
  grpc::ServerUnaryReactor* Report(grpc::CallbackServerContext* context,
                                   const v1::ReportRequest* request,
                                   v1::ReportResponse* response) override;
  grpc::ServerUnaryReactor* Tell(grpc::CallbackServerContext* context,
                                 const v1::TellRequest* request,
                                 v1::TellResponse* response) override;
  grpc::ServerUnaryReactor* ListStudies(grpc::CallbackServerContext* context,
                                        const v1::ListStudiesRequest* request,
                                        v1::ListStudiesResponse* response) override;
  grpc::ServerUnaryReactor* GetStudy(grpc::CallbackServerContext* context,
                                     const v1::GetStudyRequest* request,
                                     v1::GetStudyResponse* response) override;
  grpc::ServerUnaryReactor* RemoveStudy(grpc::CallbackServerContext* context,
                                        const v1::RemoveStudyRequest* request,
                                        v1::RemoveStudyResponse* response) override;

 private:
  CoordinatorLoop& loop_;
};

}  // namespace pleat
