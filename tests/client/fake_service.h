// A SweepService in this process whose answers a test chooses.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "proto/coordinator.grpc.pb.h"

namespace pleat {

// Listens on a free port of the loopback interface while it lives. Set the answers first.
class FakeService final : public v1::SweepService::Service {
 public:
  FakeService();
  ~FakeService() override;

  const std::string& address() const { return address_; }

  std::function<grpc::Status(const v1::WatchRequest&, grpc::ServerWriter<v1::WatchResponse>&)>
      on_watch;
  std::function<grpc::Status(const v1::GetEnsembleRequest&,
                             grpc::ServerWriter<v1::GetEnsembleResponse>&)>
      on_get_ensemble;
  std::function<grpc::Status()> on_remove;
  // Answers to Get and List.
  v1::GetResponse sweep;
  v1::ListResponse list;
  std::chrono::milliseconds list_delay{0};
  // Of Get and Cancel.
  grpc::Status get_status;
  grpc::Status cancel_status;

 private:
  grpc::Status Get(grpc::ServerContext* context, const v1::GetRequest* request,
                   v1::GetResponse* response) override;
  grpc::Status List(grpc::ServerContext* context, const v1::ListRequest* request,
                    v1::ListResponse* response) override;
  grpc::Status Cancel(grpc::ServerContext* context, const v1::CancelRequest* request,
                      v1::CancelResponse* response) override;
  grpc::Status Remove(grpc::ServerContext* context, const v1::RemoveRequest* request,
                      v1::RemoveResponse* response) override;
  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override;
  grpc::Status GetEnsemble(grpc::ServerContext* context, const v1::GetEnsembleRequest* request,
                           grpc::ServerWriter<v1::GetEnsembleResponse>* writer) override;

  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace pleat
