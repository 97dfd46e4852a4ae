// gRPC calls with one request and one response, answered by the coordinator's loop.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <utility>
#include <variant>

#include "common/base/grpc_status.h"
#include "coordinator/service/coordinator_loop.h"

namespace pleat {

// A call that is answered at once: sends the request to the loop as a command, and finishes with
// its reply. gRPC's own reactor needs no thread of its executor to end, which at thousands of calls
// a second counts.
template <typename Request, typename ResponseMessage>
grpc::ServerUnaryReactor* AnswerAtOnce(CoordinatorLoop& loop, grpc::CallbackServerContext& context,
                                       const Request& request, ResponseMessage* response) {
  grpc::ServerUnaryReactor* call = context.DefaultReactor();
  loop.Send(request, [call, response](const absl::Status& status, Response reply) {
    if (auto* message = std::get_if<ResponseMessage>(&reply)) *response = std::move(*message);
    call->Finish(ToGrpcStatus(status));
  });
  return call;
}

// The same for a call that may wait for its answer: the loop hears when the client goes away.
// Deletes itself.
template <typename ResponseMessage>
class WaitingCall final : public grpc::ServerUnaryReactor {
 public:
  template <typename Request>
  WaitingCall(CoordinatorLoop& loop, const Request& request, ResponseMessage* response)
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
