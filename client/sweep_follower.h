// Follows a sweep to its end, and shows it meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/sweep_view.h"

namespace pleat {

struct FollowOptions {
  // Where it is shown: the live matrix if that is a terminal, else one line per event.
  std::FILE* out = stdout;
  // One JSON object per event instead.
  bool json = false;
  // Ends the following with CANCELLED; may be null.
  const std::atomic<bool>* stop = nullptr;
  // The workers see the same files: one whose data are not the sweep's, said by a record from this
  // sequence number on (0: never), ends the following with INVALID_ARGUMENT.
  uint64_t data_failures_from = 0;
  // A coordinator that is away this long is given up.
  int64_t patience_ms = 60'000;
};

// Returns when the sweep has ended. A broken connection is taken up at the next sequence number.
// NOT_FOUND: no such sweep. UNAVAILABLE: the coordinator stayed away.
absl::Status FollowSweep(Connection& connection, const std::string& name, uint64_t from_sequence,
                         const FollowOptions& options, SweepView& view);

}  // namespace pleat
