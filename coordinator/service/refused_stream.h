// A streaming call that ends as soon as it begins.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "common/base/grpc_status.h"

namespace pleat {

// Sends nothing but the status. Deletes itself.
template <typename ResponseMessage>
class RefusedStream final : public grpc::ServerWriteReactor<ResponseMessage> {
 public:
  explicit RefusedStream(const absl::Status& status) { this->Finish(ToGrpcStatus(status)); }

  void OnDone() override { delete this; }
};

}  // namespace pleat
