// Named places at which tests let a process die, stand still, fail or wait.
//
// PLEAT_FAILPOINTS in the environment arms some of them in a process:
//   PLEAT_FAILPOINTS="journal.before_commit=kill@3;store.before_fsync=delay:200ms"
// Each is `name=action`, done once, when the point is passed for the n-th time with `@n`, else for
// the first. The actions: `kill` (SIGKILL), `stop` (SIGSTOP; somebody continues the process),
// `error` (the point returns an INTERNAL error) and `delay:<n>ms`. What is done is logged before,
// as "failpoint name=... action=...".
//
// A process that was started without the variable reads one bool at each point and goes on
// (bench/failpoint_bench). None lies in a loop over rows, steps or numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

enum class FailPointAction { kKill, kStop, kError, kDelay };

// One point that is armed.
struct ArmedFailPoint {
  std::string name;
  FailPointAction action = FailPointAction::kKill;
  int64_t delay_ms = 0;   // of kDelay
  uint64_t at_visit = 1;  // counted from 1
};

// Reads what PLEAT_FAILPOINTS may hold. INVALID_ARGUMENT says what is wrong with it.
absl::StatusOr<std::vector<ArmedFailPoint>> ParseFailPoints(std::string_view text);

// Arms these points, and no others.
void ArmFailPoints(const std::vector<ArmedFailPoint>& points);

// Arms those of the environment; text that cannot be read ends the process with exit code 2. Call
// once at the start of main, after InitLog and before other threads.
void InitFailPoints();

namespace failpoint_internal {
inline bool any_is_armed = false;
absl::Status Visit(std::string_view name);
}  // namespace failpoint_internal

// Passes the point `name`: OK unless it is armed with `error` and this is the visit. Thread-safe.
[[nodiscard]] inline absl::Status FailPoint(std::string_view name) {
  if (!failpoint_internal::any_is_armed) [[likely]]
    return absl::OkStatus();
  return failpoint_internal::Visit(name);
}

}  // namespace pleat
