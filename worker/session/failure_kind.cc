#include "worker/session/failure_kind.h"

#include "absl/strings/match.h"

namespace pleat {

v1::FailureKind FailureKindOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOutOfRange:
      return v1::FAILURE_KIND_NAN;
    case absl::StatusCode::kResourceExhausted:
      return absl::StrContains(status.message(), "out of memory") ? v1::FAILURE_KIND_OUT_OF_MEMORY
                                                                  : v1::FAILURE_KIND_RESOURCES;
    // Files out of reach for now: the checkpoint, which STORE would drop, is none the worse.
    case absl::StatusCode::kUnavailable:
      return v1::FAILURE_KIND_RESOURCES;
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
      return v1::FAILURE_KIND_STORE;
    case absl::StatusCode::kFailedPrecondition:
      return v1::FAILURE_KIND_DATA;
    case absl::StatusCode::kInvalidArgument:
      return v1::FAILURE_KIND_CONFIG;
    default:
      return v1::FAILURE_KIND_INTERNAL;
  }
}

}  // namespace pleat
