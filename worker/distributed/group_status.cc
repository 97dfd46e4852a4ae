#include "worker/distributed/group_status.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

// A status cut to a fixed size, so that one AllGather carries all of them.
struct StatusRecord {
  int32_t code = 0;
  char message[508] = {};
};

StatusRecord Pack(const absl::Status& status) {
  StatusRecord record;
  record.code = static_cast<int32_t>(status.code());
  const size_t size = std::min(status.message().size(), sizeof(record.message) - 1);
  std::copy_n(status.message().begin(), size, record.message);
  return record;
}

}  // namespace

absl::Status AgreeOnStatus(Group& group, const absl::Status& status) {
  if (group.size == 1) return status;
  StatusRecord mine = Pack(status);
  std::vector<StatusRecord> all(group.size);
  PLEAT_RETURN_IF_ERROR(
      group.control->AllGather({.data = &mine, .count = sizeof(mine), .type = Buffer::Type::kByte},
                               {.data = all.data(),
                                .count = static_cast<int64_t>(sizeof(mine) * all.size()),
                                .type = Buffer::Type::kByte}));
  for (int rank = 0; rank < group.size; ++rank) {
    if (all[rank].code == 0) continue;
    if (rank == group.rank) return status;
    return absl::Status(static_cast<absl::StatusCode>(all[rank].code),
                        absl::StrCat("rank ", rank, ": ", all[rank].message));
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

void LeaveGroup(Group& group) {
  for (Communicator* channel :
       {group.gradients.get(), group.statistics.get(), group.control.get()}) {
    if (channel != nullptr) channel->Abort();
  }
}

}  // namespace pleat
