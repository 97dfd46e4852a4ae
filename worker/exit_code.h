// What the exit codes of pleat-worker's commands mean; those of `pleat` of the same numbers.
#pragma once

#include "absl/status/status.h"

namespace pleat {

enum ExitCode { kDone = 0, kFailed = 1, kBadInput = 2, kRefused = 4 };

// Of a command that reads files and writes some: what it was given does not hold, something is in
// the way or there is no room, or anything else.
inline ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kDataLoss:
      return kBadInput;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kResourceExhausted:
      return kRefused;
    default:
      return kFailed;
  }
}

}  // namespace pleat
