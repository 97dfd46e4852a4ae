#include "worker/distributed/poll.h"

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {

absl::Status PollUntilDone(const std::function<absl::StatusOr<bool>()>& step, int timeout_ms) {
  constexpr auto kBusy = std::chrono::milliseconds(1);
  constexpr auto kPause = std::chrono::microseconds(50);
  const auto start = std::chrono::steady_clock::now();
  while (true) {
    PLEAT_ASSIGN_OR_RETURN(bool done, step());
    if (done) return absl::OkStatus();
    const auto waited = std::chrono::steady_clock::now() - start;
    if (waited >= std::chrono::milliseconds(timeout_ms)) {
      return absl::DeadlineExceededError(
          absl::StrCat("another rank did not enter a collective within ", timeout_ms,
                       " ms; it has died or hangs"));
    }
    if (waited < kBusy) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(kPause);
    }
  }
}

}  // namespace pleat
