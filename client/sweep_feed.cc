#include "client/sweep_feed.h"

#include <grpcpp/grpcpp.h>

#include <chrono>

#include "common/base/clock.h"
#include "common/base/retry.h"

namespace pleat {
namespace {

constexpr Backoff kReconnectBackoff{.initial_ms = 100, .max_ms = 1'000};
// A stream that is far ahead of its reader waits.
constexpr size_t kMaxEvents = 4096;

}  // namespace

SweepFeed::SweepFeed(Connection& connection, std::string name, uint64_t from_sequence,
                     int64_t patience_ms)
    : connection_(connection),
      name_(std::move(name)),
      patience_ms_(patience_ms),
      next_sequence_(from_sequence),
      thread_([this] { Read(); }) {}

SweepFeed::~SweepFeed() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    if (context_) context_->TryCancel();
  }
  changed_.notify_all();
  thread_.join();
}

std::vector<v1::WatchResponse> SweepFeed::Take(int64_t wait_ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                    [&] { return !events_.empty() || finished_; });
  std::vector<v1::WatchResponse> events(std::make_move_iterator(events_.begin()),
                                        std::make_move_iterator(events_.end()));
  events_.clear();
  lock.unlock();
  changed_.notify_all();
  return events;
}

bool SweepFeed::finished() const {
  std::lock_guard lock(mutex_);
  return finished_ && events_.empty();
}

absl::Status SweepFeed::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

bool SweepFeed::is_away() const {
  std::lock_guard lock(mutex_);
  return away_;
}

void SweepFeed::Read() {
  for (uint32_t retry = 0;; ++retry) {
    const absl::Status status = ReadStream();
    if (!absl::IsUnavailable(status)) return Finish(status);
    const int64_t now_ms = SystemClock().SteadyMs();
    if (!broken_since_ms_) {
      broken_since_ms_ = now_ms;
      retry = 0;
    }
    if (now_ms - *broken_since_ms_ > patience_ms_) return Finish(status);
    if (!Pause(BackoffMs(kReconnectBackoff, retry, 0))) return Finish(status);
  }
}

absl::Status SweepFeed::ReadStream() {
  const auto context = std::make_shared<grpc::ClientContext>();
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return absl::CancelledError("stopped");
    context_ = context;
  }
  absl::Status status =
      connection_.Watch(*context, name_, next_sequence_, /*progress=*/true,
                        [this](const v1::WatchResponse& event) { return Push(event); });
  std::lock_guard lock(mutex_);
  context_ = nullptr;
  return status;
}

bool SweepFeed::Push(const v1::WatchResponse& event) {
  broken_since_ms_.reset();
  if (event.has_record()) next_sequence_ = event.record().sequence() + 1;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return events_.size() < kMaxEvents || stopping_; });
  away_ = false;
  if (event.event_case() != v1::WatchResponse::EVENT_NOT_SET) events_.push_back(event);
  changed_.notify_all();
  return !stopping_;
}

bool SweepFeed::Pause(int64_t ms) {
  std::unique_lock lock(mutex_);
  away_ = true;
  changed_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return stopping_; });
  return !stopping_;
}

void SweepFeed::Finish(const absl::Status& status) {
  {
    std::lock_guard lock(mutex_);
    finished_ = true;
    status_ = status;
  }
  changed_.notify_all();
}

}  // namespace pleat
