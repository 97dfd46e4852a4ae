// Tells a retried request from another one under the same id.
#pragma once

#include <string>

#include "proto/coordinator.pb.h"

namespace pleat {

// SHA-256 (32 bytes) of what the request asks for. How long AcquireTask waits is not part of it.
std::string RequestDigest(const google::protobuf::Message& request);
std::string RequestDigest(const v1::AcquireTaskRequest& request);

// The reply to keep for retries of `request`, a message with a request_id.
template <typename Request>
v1::RecordedReply MakeReply(const Request& request, const google::protobuf::Message& response) {
  v1::RecordedReply reply;
  reply.set_request_id(request.request_id());
  reply.set_request_sha256(RequestDigest(request));
  reply.set_response(response.SerializeAsString());
  return reply;
}

}  // namespace pleat
