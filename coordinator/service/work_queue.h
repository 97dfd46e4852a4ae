// Work that many threads hand to one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace pleat {

// A bounded queue with one reader, who takes everything that is there at once. Thread-safe.
template <typename Item>
class WorkQueue {
 public:
  explicit WorkQueue(size_t limit) : limit_(limit) {}

  // Puts an item in. UNAVAILABLE: the queue is full, or closed; then `item` is untouched.
  absl::Status Push(Item& item) {
    std::lock_guard lock(mutex_);
    if (closed_) return absl::UnavailableError("the coordinator is stopping; try again");
    if (items_.size() >= limit_) {
      return absl::UnavailableError("the coordinator is overloaded; try again");
    }
    Add(std::move(item));
    return absl::OkStatus();
  }

  // Puts an item in even above the limit: for what the reader itself has caused. Dropped when the
  // queue is closed.
  void PushAlways(Item item) {
    std::lock_guard lock(mutex_);
    if (!closed_) Add(std::move(item));
  }

  // Waits until there is an item, the time has come (if any), or the queue is closed; takes all
  // items, perhaps none. What was taken before may be given back as `used`: its memory is used
  // again, and no allocator need look for a block as large.
  std::vector<Item> Take(std::optional<std::chrono::steady_clock::time_point> until,
                         std::vector<Item> used = {}) {
    used.clear();
    std::unique_lock lock(mutex_);
    const auto awake = [this] { return !items_.empty() || closed_; };
    if (until) {
      filled_.wait_until(lock, *until, awake);
    } else {
      filled_.wait(lock, awake);
    }
    return std::exchange(items_, std::move(used));
  }

  // Nothing more goes in; wakes the reader, who finds what is left.
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_one();
  }

  bool closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  void Add(Item item) {
    items_.push_back(std::move(item));
    if (items_.size() == 1) filled_.notify_one();
  }

  const size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<Item> items_;
  bool closed_ = false;
};

}  // namespace pleat
