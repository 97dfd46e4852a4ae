#include "coordinator/core/lease_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

bool SamePosition(const v1::Progress& a, const v1::Progress& b) {
  return a.epoch() == b.epoch() && a.step() == b.step();
}

}  // namespace

int64_t LeaseTable::DeadlineMs(const Lease& lease) const {
  return std::min(lease.alive_ms + ttl_ms_, lease.moved_ms + progress_timeout_ms_);
}

template <typename Change>
void LeaseTable::Update(const TaskRef& task, Change change) {
  const auto position = leases_.find(task);
  if (position == leases_.end()) return;
  Lease& lease = position->second;
  by_deadline_.erase({DeadlineMs(lease), task});
  change(lease);
  by_deadline_.emplace(DeadlineMs(lease), task);
}

void LeaseTable::Grant(const TaskRef& task, int64_t now_ms) {
  End(task);
  const Lease lease{.alive_ms = now_ms, .moved_ms = now_ms, .progress = {}};
  by_deadline_.emplace(DeadlineMs(lease), task);
  leases_.emplace(task, lease);
}

void LeaseTable::Renew(const TaskRef& task, int64_t now_ms) {
  Update(task, [now_ms](Lease& lease) { lease.alive_ms = lease.moved_ms = now_ms; });
}

void LeaseTable::Renew(const TaskRef& task, const v1::Progress& progress, int64_t now_ms) {
  Update(task, [&](Lease& lease) {
    lease.alive_ms = now_ms;
    if (!SamePosition(lease.progress, progress)) lease.moved_ms = now_ms;
    lease.progress = progress;
  });
}

void LeaseTable::End(const TaskRef& task) {
  const auto position = leases_.find(task);
  if (position == leases_.end()) return;
  by_deadline_.erase({DeadlineMs(position->second), task});
  leases_.erase(position);
}

std::vector<LeaseTable::Lost> LeaseTable::FindLost(int64_t now_ms) const {
  std::vector<Lost> lost;
  for (const auto& [deadline_ms, task] : by_deadline_) {
    if (deadline_ms > now_ms) break;
    const bool silent = leases_.at(task).alive_ms + ttl_ms_ <= now_ms;
    lost.push_back({task, silent ? absl::StrCat("no heartbeat for ", ttl_ms_, " ms")
                                 : absl::StrCat("no progress for ", progress_timeout_ms_, " ms")});
  }
  return lost;
}

const v1::Progress* LeaseTable::FindProgress(const TaskRef& task) const {
  const auto position = leases_.find(task);
  return position == leases_.end() ? nullptr : &position->second.progress;
}

}  // namespace pleat
