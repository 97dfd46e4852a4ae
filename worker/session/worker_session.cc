#include "worker/session/worker_session.h"

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/retry.h"
#include "common/base/status_macros.h"
#include "worker/distributed/group_status.h"

namespace pleat {
namespace {

constexpr uint32_t kPollMs = 10'000;
constexpr Backoff kBackoff{.initial_ms = 100, .max_ms = 2'000};

// What rank 0 tells the group: one letter, then the lease.
constexpr char kRun = 'r';
constexpr char kLeave = 'l';

absl::Status Tell(Group& group, std::string order) {
  if (group.size == 1) return absl::OkStatus();
  return group.control->BroadcastString(order);
}

// Gets rank 0 its tasks.
class TaskSource {
 public:
  TaskSource(CoordinatorClient& client, TaskRunner& runner, const v1::WorkerInfo& info,
             const std::string& store_uuid, const std::atomic<bool>& leaving)
      : client_(client), runner_(runner), info_(info), store_uuid_(store_uuid), leaving_(leaving) {}

  // Asks until there is a lease; nothing once the worker leaves. FAILED_PRECONDITION,
  // INVALID_ARGUMENT: the coordinator refuses this worker.
  absl::StatusOr<std::optional<v1::Lease>> Next() {
    while (!leaving_) {
      if (!registered_) PLEAT_RETURN_IF_ERROR(Register());
      if (!registered_) continue;
      if (!unanswered_.has_value()) {
        unanswered_ = client_.NewRequestId();
        Log(LogLevel::kInfo, "asks for a task");
      }
      const absl::StatusOr<v1::AcquireTaskResponse> response =
          client_.AcquireTask(*unanswered_, kPollMs);
      if (!response.ok()) {
        HearError(response.status());
        continue;
      }
      if (leaving_) break;
      // Asked again, the coordinator gives the same answer.
      if (!FailPoint("worker.acquire.after_answer").ok()) continue;
      failures_ = 0;
      unanswered_.reset();
      if (response->has_lease()) return response->lease();
    }
    return std::nullopt;
  }

  // For a worker that leaves: a poll that was broken off may have been answered with a lease all
  // the same. The same request gets the same answer.
  void GiveBack() {
    if (!registered_ || !unanswered_.has_value()) return;
    const absl::StatusOr<v1::AcquireTaskResponse> response = client_.AcquireTask(*unanswered_, 0);
    if (!response.ok() || !response->has_lease()) return;
    const absl::Status released =
        client_.ReleaseTask(AttemptOf(response->lease()), "its worker was leaving");
    if (released.ok()) return;
    Log(LogLevel::kWarning, "lease was not given back",
        {{"task", response->lease().task().id()}, {"error", released.message()}});
  }

 private:
  // Only a refusal is an error.
  absl::Status Register() {
    const absl::StatusOr<v1::RegisterResponse> response = client_.Register(info_, store_uuid_);
    const absl::Status& status = response.status();
    if (absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status)) return status;
    registered_ = status.ok();
    if (registered_) {
      runner_.SetHeartbeatInterval(response->heartbeat_interval_ms());
    } else {
      Log(LogLevel::kWarning, "not registered, trying again", {{"error", status.message()}});
      PauseAfterFailure();
    }
    return absl::OkStatus();
  }

  void HearError(const absl::Status& status) {
    // A restarted coordinator does not know its workers.
    if (absl::IsNotFound(status)) {
      registered_ = false;
    } else if (!leaving_) {
      Log(failures_ == 3 ? LogLevel::kWarning : LogLevel::kDebug, "no task: coordinator is away",
          {{"error", status.message()}});
      PauseAfterFailure();
    }
  }

  void PauseAfterFailure() {
    const int64_t pause_ms =
        BackoffMs(kBackoff, failures_++, std::hash<std::string>{}(client_.worker_id()));
    for (int64_t waited = 0; waited < pause_ms && !leaving_; waited += 50) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  CoordinatorClient& client_;
  TaskRunner& runner_;
  const v1::WorkerInfo& info_;
  const std::string& store_uuid_;
  const std::atomic<bool>& leaving_;
  bool registered_ = false;
  int failures_ = 0;
  std::optional<std::string> unanswered_;  // the poll's request id
};

}  // namespace

absl::Status LeadGroup(Group& group, CoordinatorClient& client, TaskRunner& runner,
                       const v1::WorkerInfo& info, const std::string& store_uuid,
                       const std::atomic<bool>& leaving) {
  TaskSource source(client, runner, info, store_uuid, leaving);
  while (true) {
    absl::StatusOr<std::optional<v1::Lease>> lease = std::nullopt;
    PLEAT_RETURN_IF_ERROR(RunOnRankZero(group, [&] {
      lease = source.Next();
      return absl::OkStatus();
    }));
    if (!lease.ok() || !lease->has_value()) {
      const absl::Status told = Tell(group, std::string(1, kLeave));
      source.GiveBack();
      return lease.ok() ? told : lease.status();
    }
    PLEAT_RETURN_IF_ERROR(Tell(group, kRun + (*lease)->SerializeAsString()));
    const absl::Status ran = runner.Run(**lease);
    if (absl::IsCancelled(ran)) {
      Log(LogLevel::kInfo, "leaving with another rank", {{"reason", ran.message()}});
      return absl::OkStatus();
    }
    PLEAT_RETURN_IF_ERROR(ran);
  }
}

absl::Status FollowGroup(Group& group, TaskRunner& runner) {
  while (true) {
    PLEAT_RETURN_IF_ERROR(RunOnRankZero(group, nullptr));
    std::string order;
    PLEAT_RETURN_IF_ERROR(group.control->BroadcastString(order));
    if (order.empty() || order[0] != kRun) return absl::OkStatus();
    v1::Lease lease;
    if (!lease.ParseFromString(order.substr(1))) {
      return absl::InternalError("rank 0 sent a lease that cannot be read");
    }
    const absl::Status ran = runner.Run(lease);
    if (absl::IsCancelled(ran)) return absl::OkStatus();
    PLEAT_RETURN_IF_ERROR(ran);
  }
}

}  // namespace pleat
