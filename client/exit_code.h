// What the programs' exit codes mean; scripts rely on them.
#pragma once

#include "absl/status/status.h"
#include "proto/journal.pb.h"

namespace pleat {

enum ExitCode {
  kExitDone = 0,
  kExitSweepFailed = 1,
  kExitBadInput = 2,
  kExitUnreachable = 3,
  kExitRefused = 4,
  kExitDegraded = 5,
  kExitCancelled = 6,
  kExitInterrupted = 130,
};

// The exit code for an error: bad arguments and damaged files 2, coordinator away 3, refusals
// (taken, busy, not now) 4, others 1.
ExitCode ExitCodeOf(const absl::Status& status);

// The exit code for how a sweep ended; bad data or a configuration that cannot be trained is bad
// input.
ExitCode ExitCodeOf(const v1::SweepEnded& ended);

// Prints "pleat: message" on stderr and returns the exit code.
ExitCode PrintError(const absl::Status& status);

}  // namespace pleat
