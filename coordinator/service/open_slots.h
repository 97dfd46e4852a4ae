// A bounded number of things that are open at once.
#pragma once

#include <atomic>
#include <memory>

namespace pleat {

// Hands out slots; one is free again when what Take gave is gone. Thread-safe; must outlive its
// slots.
class OpenSlots {
 public:
  struct Free {
    void operator()(OpenSlots* slots) const { --slots->open_; }
  };
  using Slot = std::unique_ptr<OpenSlots, Free>;

  explicit OpenSlots(int most) : most_(most) {}

  // Null: all are taken.
  Slot Take() {
    if (++open_ <= most_) return Slot(this);
    --open_;
    return nullptr;
  }
  int most() const { return most_; }

 private:
  const int most_;
  std::atomic<int> open_ = 0;
};

}  // namespace pleat
