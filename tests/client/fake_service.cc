#include "tests/client/fake_service.h"

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"

namespace pleat {

FakeService::FakeService() {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeService::~FakeService() { server_->Shutdown(std::chrono::system_clock::now()); }

grpc::Status FakeService::Get(grpc::ServerContext*, const v1::GetRequest*,
                              v1::GetResponse* response) {
  *response = sweep;
  return get_status;
}

grpc::Status FakeService::List(grpc::ServerContext*, const v1::ListRequest*,
                               v1::ListResponse* response) {
  std::this_thread::sleep_for(list_delay);
  *response = list;
  return grpc::Status::OK;
}

grpc::Status FakeService::Cancel(grpc::ServerContext*, const v1::CancelRequest*,
                                 v1::CancelResponse*) {
  return cancel_status;
}

grpc::Status FakeService::Remove(grpc::ServerContext*, const v1::RemoveRequest*,
                                 v1::RemoveResponse*) {
  return on_remove();
}

grpc::Status FakeService::Watch(grpc::ServerContext*, const v1::WatchRequest* request,
                                grpc::ServerWriter<v1::WatchResponse>* writer) {
  return on_watch(*request, *writer);
}

grpc::Status FakeService::GetEnsemble(grpc::ServerContext*, const v1::GetEnsembleRequest* request,
                                      grpc::ServerWriter<v1::GetEnsembleResponse>* writer) {
  return on_get_ensemble(*request, *writer);
}

}  // namespace pleat
