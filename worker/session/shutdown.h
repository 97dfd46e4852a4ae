// SIGTERM, SIGINT and SIGUSR1, turned into an orderly leave.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace pleat {

// Make one at the start of main, before any other thread: it blocks the signals everywhere and
// waits for them on a thread of its own.
class Shutdown {
 public:
  // After a signal the process has this long for its last calls,
  static constexpr int kGraceMs = 3'000;
  // is ended after this long if it is still there,
  static constexpr int kDeadlineMs = 3'500;
  // and the last resort takes at most this long: all in all less than 5 s.
  static constexpr int kLastResortMs = 1'000;

  Shutdown();
  ~Shutdown();
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  // True from the first signal on.
  const std::atomic<bool>& leaving() const { return leaving_; }
  // Called once, on the signal thread, at the first signal: wakes what waits. Set before work
  // begins.
  void OnLeave(std::function<void()> wake);
  // Called on the signal thread if the process is still there kDeadlineMs after the first signal;
  // the process then exits with 0. To return within kLastResortMs.
  void OnDeadline(std::function<void()> last_resort);

 private:
  void WaitForSignal();

  std::atomic<bool> leaving_ = false;
  std::atomic<bool> done_ = false;
  std::mutex mutex_;
  std::function<void()> wake_;         // guarded by mutex_
  std::function<void()> last_resort_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace pleat
