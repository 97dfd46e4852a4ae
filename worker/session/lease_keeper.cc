#include "worker/session/lease_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/utf8.h"

namespace pleat {
namespace {

// By which a busy machine may wake the keeper too late.
constexpr int64_t kLateMs = 1'000;

}  // namespace

LeaseKeeper::LeaseKeeper(CoordinatorClient& client, v1::AttemptId attempt, uint32_t interval_ms,
                         ProgressWatch watch)
    : client_(client),
      attempt_(std::move(attempt)),
      interval_ms_(interval_ms),
      watch_(std::move(watch)),
      looked_ms_(SystemClock().SteadyMs()) {
  thread_ = std::thread([this] { Run(); });
}

LeaseKeeper::~LeaseKeeper() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LeaseKeeper::SetProgress(const v1::Progress& progress) {
  std::lock_guard lock(mutex_);
  has_moved_ = true;
  progress_ = progress;
}

void LeaseKeeper::Advance() {
  std::lock_guard lock(mutex_);
  has_moved_ = true;
  progress_.set_step(progress_.step() + 1);
}

void LeaseKeeper::SetWait(const std::string& reason) {
  std::lock_guard lock(mutex_);
  waits_for_ = ReplaceInvalidUtf8(reason);
}

bool LeaseKeeper::waits() const {
  std::lock_guard lock(mutex_);
  return !waits_for_.empty();
}

std::string LeaseKeeper::reason() const {
  std::lock_guard lock(mutex_);
  return reason_;
}

void LeaseKeeper::End(const std::string& reason) {
  std::lock_guard lock(mutex_);
  if (over_) return;
  reason_ = reason;
  over_ = true;
}

void LeaseKeeper::Run() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    if (wake_.wait_for(lock, std::chrono::milliseconds(interval_ms_),
                       [this] { return closing_; })) {
      return;
    }
    v1::Progress progress = progress_;
    progress.set_waits_for(waits_for_);
    const bool has_moved = std::exchange(has_moved_, false);
    lock.unlock();
    if (!over_) SendHeartbeat(progress);
    if (Hangs(has_moved)) return watch_.on_hang();
    lock.lock();
  }
}

void LeaseKeeper::SendHeartbeat(const v1::Progress& progress) {
  const absl::StatusOr<v1::Directive> directive = client_.Heartbeat(attempt_, progress);
  is_heard_ = directive.ok() || IsStale(directive.status());
  if (directive.ok() && directive->stop()) {
    End(directive->reason());
  } else if (IsStale(directive.status())) {
    End(std::string(directive.status().message()));
  } else if (!directive.ok()) {
    Log(LogLevel::kInfo, "heartbeat not answered",
        {{"task", attempt_.task()}, {"error", directive.status().message()}});
  }
}

bool LeaseKeeper::Hangs(bool has_moved) {
  const int64_t now_ms = SystemClock().SteadyMs();
  // A process that was stopped wakes up long after.
  const int64_t passed_ms = std::min<int64_t>(now_ms - looked_ms_, interval_ms_ + kLateMs);
  looked_ms_ = now_ms;
  still_ms_ = has_moved || !is_heard_ ? 0 : still_ms_ + passed_ms;
  return watch_.timeout_ms > 0 && still_ms_ >= watch_.timeout_ms;
}

}  // namespace pleat
