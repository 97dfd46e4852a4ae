#include "coordinator/core/space_guard.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace pleat {
namespace {

constexpr uint64_t kLargestStatePart = 200;

}  // namespace

void SpaceGuard::Report(const StoreSpace& space, uint64_t min_free_bytes) {
  const uint64_t keep = std::min(min_free_bytes, space.total_bytes / kLargestStatePart);
  const uint64_t mark = IsShort() ? keep + keep / 4 : keep;
  if (space.free_bytes >= mark) {
    level_ = Level::kAmple;
    reason_.clear();
    return;
  }
  level_ = space.free_bytes < keep / 4 ? Level::kSpent : Level::kShort;
  const auto mib = [](uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
  reason_ = absl::StrFormat(
      "no new work is taken, because the disk of the coordinator's state folder has %.1f MiB free, "
      "less than %.1f MiB; free space there, and it goes on by itself",
      mib(space.free_bytes), mib(keep));
}

}  // namespace pleat
