#include "worker/session/shutdown.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"

namespace pleat {
namespace {

constexpr int kSignalPollMs = 50;

sigset_t LeaveSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  // What `#SBATCH --signal=USR1@60` sends; mpirun passes it on at once.
  sigaddset(&signals, SIGUSR1);
  return signals;
}

}  // namespace

Shutdown::Shutdown() {
  const sigset_t signals = LeaveSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::thread([this] { WaitForSignal(); });
}

Shutdown::~Shutdown() {
  done_ = true;
  thread_.join();
}

void Shutdown::OnLeave(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (leaving_ && wake_) wake_();
}

void Shutdown::OnDeadline(std::function<void()> last_resort) {
  std::lock_guard lock(mutex_);
  last_resort_ = std::move(last_resort);
}

void Shutdown::WaitForSignal() {
  const sigset_t signals = LeaveSignals();
  const timespec poll{.tv_sec = 0, .tv_nsec = kSignalPollMs * 1'000'000L};
  int64_t leaving_since_ms = 0;
  while (!done_) {
    const int signal = sigtimedwait(&signals, nullptr, &poll);
    if (signal > 0 && !leaving_) {
      Log(LogLevel::kInfo, "asked to leave", {{"signal", signal}});
      std::lock_guard lock(mutex_);
      leaving_since_ms = SystemClock().SteadyMs();
      leaving_ = true;
      if (wake_) wake_();
    }
    if (leaving_ && SystemClock().SteadyMs() - leaving_since_ms > kDeadlineMs) {
      std::lock_guard lock(mutex_);
      if (last_resort_) last_resort_();
      // Threads may be deep inside a step; nothing they hold is worth waiting for.
      _exit(0);
    }
  }
}

}  // namespace pleat
