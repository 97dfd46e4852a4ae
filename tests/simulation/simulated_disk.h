// A disk with one file that grows, and a cache that forgets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "tests/simulation/dice.h"

namespace pleat::simulation {

// What is written lies in the cache until Sync. When the power goes, what was not synced is lost or
// torn: some of it may have come to the disk, and not always its beginning first.
class SimulatedDisk {
 public:
  // Appends. RESOURCE_EXHAUSTED: full; ABORTED: the machine died in this moment.
  absl::Status Write(std::string_view bytes);
  absl::Status Sync();
  const std::string& bytes() const { return bytes_; }
  // Cuts off what stands behind.
  void Truncate(size_t size);

  // -- Faults.
  void set_full(bool full) { is_full_ = full; }
  bool full() const { return is_full_; }
  // The machine dies before this many further calls have been made.
  void DieAfterCalls(int calls) { calls_left_ = calls; }
  void LosePower(Dice& dice);
  // The process ended, the machine did not: the cache is as good as the disk.
  void LoseProcess() { calls_left_.reset(); }
  void FlipBit(size_t bit) {
    bytes_[bit / 8] = static_cast<char>(bytes_[bit / 8] ^ (1 << bit % 8));
  }

 private:
  absl::Status Call();

  std::string bytes_;
  size_t synced_ = 0;
  bool is_full_ = false;
  std::optional<int> calls_left_;
};

}  // namespace pleat::simulation
