#include "worker/session/worker_session.h"

#include <chrono>
#include <functional>
#include <thread>

#include "common/base/log.h"
#include "common/base/retry.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

// Short enough that a waiting group hears from rank 0 long before its collectives time out.
constexpr uint32_t kPollMs = 10'000;
constexpr Backoff kBackoff{.initial_ms = 100, .max_ms = 2'000};

// What rank 0 tells the group: one letter, then the lease.
constexpr char kWait = 'w';
constexpr char kRun = 'r';
constexpr char kLeave = 'l';

absl::Status Tell(Group& group, std::string order) {
  if (group.size == 1) return absl::OkStatus();
  return group.control->BroadcastString(order);
}

void Pause(int64_t ms, const std::atomic<bool>& leaving) {
  for (int64_t waited = 0; waited < ms && !leaving; waited += 50) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

// A poll that was broken off may have been answered with a lease all the same. The same request
// gets the same answer.
void GiveBack(CoordinatorClient& client, const std::string& request_id) {
  const absl::StatusOr<v1::AcquireTaskResponse> response = client.AcquireTask(request_id, 0);
  if (!response.ok() || !response->has_lease()) return;
  const absl::Status released =
      client.ReleaseTask(AttemptOf(response->lease()), "its worker was leaving");
  if (released.ok()) return;
  Log(LogLevel::kWarning, "lease was not given back",
      {{"task", response->lease().task().id()}, {"error", released.message()}});
}

}  // namespace

absl::Status LeadGroup(Group& group, CoordinatorClient& client, TaskRunner& runner,
                       const v1::WorkerInfo& info, const std::string& store_uuid,
                       const std::atomic<bool>& leaving) {
  bool registered = false;
  int failures = 0;
  std::string request_id = client.NewRequestId();
  while (!leaving) {
    PLEAT_RETURN_IF_ERROR(Tell(group, std::string(1, kWait)));
    if (!registered) {
      const absl::StatusOr<v1::RegisterResponse> response = client.Register(info, store_uuid);
      const absl::Status& status = response.status();
      if (absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status)) {
        (void)Tell(group, std::string(1, kLeave));
        return status;
      }
      registered = status.ok();
      if (!registered) {
        Log(LogLevel::kWarning, "not registered, trying again", {{"error", status.message()}});
        Pause(BackoffMs(kBackoff, failures++, std::hash<std::string>{}(client.worker_id())),
              leaving);
        continue;
      }
      runner.SetHeartbeatInterval(response->heartbeat_interval_ms());
    }
    const absl::StatusOr<v1::AcquireTaskResponse> response =
        client.AcquireTask(request_id, kPollMs);
    if (!response.ok()) {
      // A restarted coordinator does not know its workers.
      if (absl::IsNotFound(response.status())) registered = false;
      if (!absl::IsNotFound(response.status()) && !leaving) {
        Log(failures == 3 ? LogLevel::kWarning : LogLevel::kDebug, "no task: coordinator is away",
            {{"error", response.status().message()}});
        Pause(BackoffMs(kBackoff, failures++, std::hash<std::string>{}(client.worker_id())),
              leaving);
      }
      continue;
    }
    if (leaving) break;
    failures = 0;
    request_id = client.NewRequestId();
    if (!response->has_lease()) continue;
    PLEAT_RETURN_IF_ERROR(Tell(group, kRun + response->lease().SerializeAsString()));
    PLEAT_RETURN_IF_ERROR(runner.Run(response->lease()));
  }
  const absl::Status told = Tell(group, std::string(1, kLeave));
  if (registered) GiveBack(client, request_id);
  return told;
}

absl::Status FollowGroup(Group& group, TaskRunner& runner) {
  while (true) {
    std::string order;
    PLEAT_RETURN_IF_ERROR(group.control->BroadcastString(order));
    if (order.empty() || order[0] == kLeave) return absl::OkStatus();
    if (order[0] != kRun) continue;
    v1::Lease lease;
    if (!lease.ParseFromString(order.substr(1))) {
      return absl::InternalError("rank 0 sent a lease that cannot be read");
    }
    PLEAT_RETURN_IF_ERROR(runner.Run(lease));
  }
}

}  // namespace pleat
