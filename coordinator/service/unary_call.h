// A gRPC call with one request and one response, answered by the coordinator's loop.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <utility>
#include <variant>

#include "common/base/grpc_status.h"
#include "coordinator/service/coordinator_loop.h"

namespace pleat {

// Sends the request to the loop as a command, and finishes with its reply. Deletes itself.
template <typename ResponseMessage>
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  template <typename Request>
  UnaryCall(CoordinatorLoop& loop, const Request& request, ResponseMessage* response)
      : loop_(loop),
        token_(loop.Send(request, [this, response](const absl::Status& status, Response reply) {
          if (auto* message = std::get_if<ResponseMessage>(&reply)) *response = std::move(*message);
          Finish(ToGrpcStatus(status));
        })) {}

  void OnCancel() override { loop_.Forget(token_); }
  void OnDone() override { delete this; }

 private:
  CoordinatorLoop& loop_;
  const CoordinatorLoop::Token token_;
};

}  // namespace pleat
