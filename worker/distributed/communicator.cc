#include "worker/distributed/communicator.h"

#include "common/base/status_macros.h"

namespace pleat {

absl::Status Communicator::AllReduceSum(Buffer buffer) {
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<PendingCollective> pending, StartAllReduceSum(buffer));
  return pending->Wait();
}

absl::Status Communicator::BroadcastString(std::string& value) {
  int64_t bytes = static_cast<int64_t>(value.size());
  PLEAT_RETURN_IF_ERROR(Broadcast({&bytes, 1, Buffer::Type::kInt64}, 0));
  value.resize(bytes);
  if (bytes == 0) return absl::OkStatus();
  return Broadcast({value.data(), bytes, Buffer::Type::kByte}, 0);
}

}  // namespace pleat
