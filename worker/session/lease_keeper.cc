#include "worker/session/lease_keeper.h"

#include <chrono>

#include "common/base/log.h"

namespace pleat {

LeaseKeeper::LeaseKeeper(CoordinatorClient& client, v1::AttemptId attempt, uint32_t interval_ms)
    : client_(client), attempt_(std::move(attempt)), interval_ms_(interval_ms) {
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
  progress_ = progress;
}

void LeaseKeeper::Advance() {
  std::lock_guard lock(mutex_);
  progress_.set_step(progress_.step() + 1);
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
  while (!closing_ && !over_) {
    if (wake_.wait_for(lock, std::chrono::milliseconds(interval_ms_),
                       [this] { return closing_; })) {
      return;
    }
    const v1::Progress progress = progress_;
    lock.unlock();
    const absl::StatusOr<v1::Directive> directive = client_.Heartbeat(attempt_, progress);
    if (directive.ok() && directive->stop()) {
      End(directive->reason());
    } else if (IsStale(directive.status())) {
      End(std::string(directive.status().message()));
    } else if (!directive.ok()) {
      Log(LogLevel::kInfo, "heartbeat not answered",
          {{"task", attempt_.task()}, {"error", directive.status().message()}});
    }
    lock.lock();
  }
}

}  // namespace pleat
