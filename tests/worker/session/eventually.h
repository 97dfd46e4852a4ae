// Waiting for other threads, for tests.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace pleat {

// True once `condition` holds, which another thread brings about; the limit only ends a broken
// test.
inline bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 6'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace pleat
