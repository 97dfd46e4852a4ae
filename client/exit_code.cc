#include "client/exit_code.h"

#include <cstdio>
#include <string>

namespace pleat {

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kDataLoss:
      return kExitBadInput;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kExitUnreachable;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kResourceExhausted:
      return kExitRefused;
    case absl::StatusCode::kCancelled:
      return kExitInterrupted;
    default:
      return kExitSweepFailed;
  }
}

ExitCode ExitCodeOf(const v1::SweepEnded& ended) {
  switch (ended.state()) {
    case v1::SWEEP_STATE_FINISHED:
      return kExitDone;
    case v1::SWEEP_STATE_DEGRADED:
      return kExitDegraded;
    case v1::SWEEP_STATE_CANCELLED:
      return kExitCancelled;
    default:
      break;
  }
  const bool is_input =
      ended.failure() == v1::FAILURE_KIND_DATA || ended.failure() == v1::FAILURE_KIND_CONFIG;
  return is_input ? kExitBadInput : kExitSweepFailed;
}

ExitCode PrintError(const absl::Status& status) {
  std::fprintf(stderr, "pleat: %s\n", std::string(status.message()).c_str());
  return ExitCodeOf(status);
}

}  // namespace pleat
