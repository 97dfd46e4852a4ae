#include "worker/distributed/poll.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {

absl::Status PollUntilDone(const std::function<absl::StatusOr<bool>()>& step, int timeout_ms) {
  constexpr auto kBusy = std::chrono::milliseconds(1);
  constexpr std::chrono::nanoseconds kShortest = std::chrono::microseconds(50);
  constexpr std::chrono::nanoseconds kLongest = std::chrono::milliseconds(5);
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
      std::this_thread::sleep_for(
          std::clamp<std::chrono::nanoseconds>(waited / 100, kShortest, kLongest));
    }
  }
}

}  // namespace pleat
