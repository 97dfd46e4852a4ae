#include "tests/simulation/simulated_disk.h"

#include <algorithm>

#include "common/base/protections.h"
#include "common/base/status_macros.h"

namespace pleat::simulation {
namespace {

constexpr size_t kSector = 64;

}  // namespace

absl::Status SimulatedDisk::Call() {
  if (!calls_left_.has_value()) return absl::OkStatus();
  if (--*calls_left_ >= 0) return absl::OkStatus();
  return absl::AbortedError("the machine died");
}

absl::Status SimulatedDisk::Write(std::string_view bytes) {
  PLEAT_RETURN_IF_ERROR(Call());
  if (is_full_) return absl::ResourceExhaustedError("no space left on device");
  bytes_ += bytes;
  return absl::OkStatus();
}

absl::Status SimulatedDisk::Sync() {
  PLEAT_RETURN_IF_ERROR(Call());
  if (IsOn(Protection::kSync)) synced_ = bytes_.size();
  return absl::OkStatus();
}

void SimulatedDisk::Truncate(size_t size) {
  bytes_.resize(size);
  synced_ = std::min(synced_, size);
}

void SimulatedDisk::LosePower(Dice& dice) {
  calls_left_.reset();
  const size_t loose = bytes_.size() - synced_;
  if (loose == 0) return;
  bytes_.resize(synced_ + dice.Below(loose + 1));
  // Sectors are written in any order: one may be missing though later ones are there.
  if (bytes_.size() > synced_ + kSector && dice.Chance(0.3)) {
    const size_t hole = synced_ + dice.Below(bytes_.size() - synced_ - kSector);
    std::fill_n(bytes_.begin() + static_cast<ptrdiff_t>(hole), kSector, '\0');
  }
  synced_ = bytes_.size();
}

}  // namespace pleat::simulation
