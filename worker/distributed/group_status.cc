#include "worker/distributed/group_status.h"

#include <array>
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/distributed/status_record.h"

namespace pleat {
namespace {

// Far below any deadline of a collective.
constexpr std::chrono::milliseconds kStillAtIt(250);

// Rank 0's word to the others; true: it is still at it.
absl::StatusOr<bool> BroadcastBusy(Group& group, bool busy) {
  int64_t word = busy ? 1 : 0;
  PLEAT_RETURN_IF_ERROR(group.control->Broadcast({&word, 1, Buffer::Type::kInt64}, 0));
  return word != 0;
}

std::array<Communicator*, 3> Channels(const Group& group) {
  return {group.gradients.get(), group.statistics.get(), group.control.get()};
}

}  // namespace

absl::Status AgreeOnStatus(Group& group, const absl::Status& status) {
  if (group.size == 1) return status;
  StatusRecord mine(status);
  std::vector<StatusRecord> all(group.size);
  PLEAT_RETURN_IF_ERROR(
      group.control->AllGather({.data = &mine, .count = sizeof(mine), .type = Buffer::Type::kByte},
                               {.data = all.data(),
                                .count = static_cast<int64_t>(sizeof(mine) * all.size()),
                                .type = Buffer::Type::kByte}));
  for (int rank = 0; rank < group.size; ++rank) {
    if (all[rank].ok()) continue;
    if (rank == group.rank) return status;
    return all[rank].ToStatus(absl::StrCat("rank ", rank));
  }
  return absl::OkStatus();
}

absl::Status StatusOfRankZero(Group& group, const absl::Status& status) {
  if (group.size == 1) return status;
  int64_t code = status.raw_code();
  std::string message(status.message());
  PLEAT_RETURN_IF_ERROR(group.control->Broadcast({&code, 1, Buffer::Type::kInt64}, 0));
  if (code == 0) return absl::OkStatus();
  PLEAT_RETURN_IF_ERROR(group.control->BroadcastString(message));
  return absl::Status(static_cast<absl::StatusCode>(code), message);
}

absl::Status RunOnRankZero(Group& group, const std::function<absl::Status()>& work) {
  if (group.size == 1) return work();
  std::future<absl::Status> result;
  if (group.rank == 0) result = std::async(std::launch::async, work);
  bool busy = true;
  while (busy) {
    const bool mine = group.rank == 0 && result.wait_for(kStillAtIt) != std::future_status::ready;
    PLEAT_ASSIGN_OR_RETURN(busy, BroadcastBusy(group, mine));
  }
  return StatusOfRankZero(group, group.rank == 0 ? result.get() : absl::OkStatus());
}

absl::Status Health(const Group& group) {
  for (const Communicator* channel : Channels(group)) {
    if (channel != nullptr && !channel->failure().ok()) return channel->failure();
  }
  return absl::OkStatus();
}

absl::Status LeaveGroup(Group& group, const absl::Status& status) {
  const absl::Status health = Health(group);
  const absl::Status& reason = health.ok() ? status : health;
  for (Communicator* channel : Channels(group)) {
    if (channel != nullptr) channel->Abort(reason);
  }
  return reason;
}

}  // namespace pleat
