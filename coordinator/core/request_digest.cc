#include "coordinator/core/request_digest.h"

#include "absl/strings/str_cat.h"
#include "common/config/trial_config.h"
#include "common/store/checksum.h"

namespace pleat {

std::string RequestDigest(const google::protobuf::Message& request) {
  // The type is part of it: different requests may have equal bytes.
  return Sha256Raw(absl::StrCat(request.GetTypeName(), "\n", DeterministicBytes(request)));
}

std::string RequestDigest(const v1::AcquireTaskRequest& request) {
  v1::AcquireTaskRequest without_wait = request;
  without_wait.clear_wait_ms();
  return RequestDigest(static_cast<const google::protobuf::Message&>(without_wait));
}

}  // namespace pleat
