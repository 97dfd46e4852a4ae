#include "worker/session/coordinator_client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/grpc_status.h"
#include "common/base/log.h"
#include "common/base/retry.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"

namespace pleat {
namespace {

// Of why a task failed or is given back, or a checkpoint is damaged; the coordinator takes no more
// (16 KiB).
constexpr size_t kMostMessageBytes = 16'000;

constexpr int64_t kCallTimeoutMs = 10'000;
constexpr int64_t kHeartbeatTimeoutMs = 5'000;
constexpr Backoff kBackoff{.initial_ms = 100, .max_ms = 2'000};
constexpr int64_t kLeavingPauseMs = 100;

// A coordinator that stops cancels the calls that are open.
bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status);
}

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // A restarted coordinator should be found again within about a second.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  // A host that vanishes says no goodbye: without pings calls fail for a quarter of an hour.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Else a name is looked up again only every 30 s, and a refused first connection waits that long.
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 200);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

bool IsStale(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsNotFound(status);
}

bool IsRefused(const absl::Status& status) {
  return !status.ok() && !IsStale(status) && !IsAway(status);
}

CoordinatorClient::CoordinatorClient(const std::string& address, std::string worker_id)
    : address_(address),
      worker_id_(std::move(worker_id)),
      request_ids_(worker_id_),
      stub_(v1::WorkerService::NewStub(MakeChannel(address))) {}

void CoordinatorClient::Leave(int64_t grace_ms) {
  {
    std::lock_guard lock(mutex_);
    leave_by_ms_ = SystemClock().SteadyMs() + grace_ms;
    for (grpc::ClientContext* call : open_calls_) call->TryCancel();
  }
  left_.notify_all();
}

template <typename Request, typename Response>
absl::Status CoordinatorClient::Try(Method<Request, Response> method, const Request& request,
                                    Response& response, int64_t timeout_ms, WhenLeaving then) {
  grpc::ClientContext context;
  {
    std::lock_guard lock(mutex_);
    if (leave_by_ms_.has_value()) {
      if (then == WhenLeaving::kRefuse) return absl::CancelledError("this worker is leaving");
      timeout_ms = std::min(timeout_ms, *leave_by_ms_ - SystemClock().SteadyMs());
    }
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(timeout_ms));
    open_calls_.insert(&context);
  }
  const absl::Status status = FromGrpcStatus(((*stub_).*method)(&context, request, &response));
  std::lock_guard lock(mutex_);
  open_calls_.erase(&context);
  return status;
}

bool CoordinatorClient::PauseBeforeRetry(int attempt) {
  std::unique_lock lock(mutex_);
  if (!leave_by_ms_.has_value()) {
    const int64_t pause_ms = BackoffMs(kBackoff, attempt, std::hash<std::string>{}(worker_id_));
    left_.wait_for(lock, std::chrono::milliseconds(pause_ms),
                   [this] { return leave_by_ms_.has_value(); });
    return true;
  }
  if (SystemClock().SteadyMs() >= *leave_by_ms_) return false;
  lock.unlock();
  std::this_thread::sleep_for(std::chrono::milliseconds(kLeavingPauseMs));
  return true;
}

template <typename Request, typename Response>
absl::Status CoordinatorClient::Call(Method<Request, Response> method, const Request& request,
                                     Response& response, absl::string_view what) {
  for (int attempt = 0;; ++attempt) {
    const absl::Status status = Try(method, request, response, kCallTimeoutMs, WhenLeaving::kHurry);
    if (!IsAway(status)) return status;
    if (attempt == 3) {
      Log(LogLevel::kWarning, "coordinator does not answer, trying on",
          {{"what", what}, {"address", address_}, {"error", status.message()}});
    }
    if (!PauseBeforeRetry(attempt)) {
      return absl::UnavailableError(
          absl::StrCat(what, " at ", address_, ": ", std::string(status.message())));
    }
  }
}

absl::StatusOr<v1::RegisterResponse> CoordinatorClient::Register(const v1::WorkerInfo& info,
                                                                 const std::string& store_uuid) {
  v1::RegisterRequest request;
  request.set_worker_id(worker_id_);
  *request.mutable_info() = info;
  request.set_store_uuid(store_uuid);
  v1::RegisterResponse response;
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.register.before"));
  const absl::Status status =
      Call(&v1::WorkerService::Stub::Register, request, response, "registering");
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.register.after"));
  if (status.ok()) return response;
  const std::string message(status.message());
  if (absl::IsUnimplemented(status)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "what listens at ", address_, " is no pleat-coordinator of this version, ", info.version(),
        ": check --coordinator, and use the same version on both sides (", message, ")"));
  }
  if (absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the coordinator at ", address_,
                     " does not let this worker in: check "
                     "--coordinator, and what stands between the two (",
                     message, ")"));
  }
  return status;
}

absl::StatusOr<v1::AcquireTaskResponse> CoordinatorClient::AcquireTask(
    const std::string& request_id, uint32_t wait_ms) {
  v1::AcquireTaskRequest request;
  request.set_request_id(request_id);
  request.set_worker_id(worker_id_);
  request.set_wait_ms(wait_ms);
  v1::AcquireTaskResponse response;
  PLEAT_RETURN_IF_ERROR(Try(&v1::WorkerService::Stub::AcquireTask, request, response,
                            wait_ms + kCallTimeoutMs,
                            wait_ms > 0 ? WhenLeaving::kRefuse : WhenLeaving::kHurry));
  return response;
}

absl::StatusOr<v1::Directive> CoordinatorClient::Heartbeat(const v1::AttemptId& attempt,
                                                           const v1::Progress& progress) {
  v1::HeartbeatRequest request;
  request.set_worker_id(worker_id_);
  *request.mutable_attempt() = attempt;
  *request.mutable_progress() = progress;
  v1::HeartbeatResponse response;
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.heartbeat.before"));
  PLEAT_RETURN_IF_ERROR(Try(&v1::WorkerService::Stub::Heartbeat, request, response,
                            kHeartbeatTimeoutMs, WhenLeaving::kHurry));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.heartbeat.after"));
  return response.directive();
}

absl::StatusOr<v1::Directive> CoordinatorClient::ReportEpoch(const v1::AttemptId& attempt,
                                                             const v1::EpochMetrics& metrics) {
  v1::ReportEpochRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  *request.mutable_metrics() = metrics;
  v1::ReportEpochResponse response;
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.report_epoch.before"));
  PLEAT_RETURN_IF_ERROR(
      Call(&v1::WorkerService::Stub::ReportEpoch, request, response, "reporting an epoch"));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.report_epoch.after"));
  return response.directive();
}

absl::Status CoordinatorClient::PublishCheckpoint(const v1::AttemptId& attempt,
                                                  const v1::Checkpoint& checkpoint) {
  v1::PublishCheckpointRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  *request.mutable_checkpoint() = checkpoint;
  v1::PublishCheckpointResponse response;
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.publish_checkpoint.before"));
  PLEAT_RETURN_IF_ERROR(Call(&v1::WorkerService::Stub::PublishCheckpoint, request, response,
                             "publishing a checkpoint"));
  return FailPoint("worker.publish_checkpoint.after");
}

absl::StatusOr<std::optional<v1::Checkpoint>> CoordinatorClient::QuarantineCheckpoint(
    const v1::AttemptId& attempt, const v1::Checkpoint& checkpoint, const std::string& message) {
  v1::QuarantineCheckpointRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  *request.mutable_checkpoint() = checkpoint;
  request.set_message(ShortenUtf8(ReplaceInvalidUtf8(message), kMostMessageBytes));
  v1::QuarantineCheckpointResponse response;
  PLEAT_RETURN_IF_ERROR(Call(&v1::WorkerService::Stub::QuarantineCheckpoint, request, response,
                             "reporting a damaged checkpoint"));
  if (!response.has_resume_from()) return std::nullopt;
  return response.resume_from();
}

absl::Status CoordinatorClient::CompleteTask(const v1::AttemptId& attempt,
                                             const v1::TaskResult& result) {
  v1::CompleteTaskRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  *request.mutable_result() = result;
  v1::CompleteTaskResponse response;
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.complete.before"));
  PLEAT_RETURN_IF_ERROR(
      Call(&v1::WorkerService::Stub::CompleteTask, request, response, "completing a task"));
  return FailPoint("worker.complete.after");
}

absl::Status CoordinatorClient::ReleaseTask(const v1::AttemptId& attempt,
                                            const std::string& message, bool paused) {
  v1::FailTaskRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  request.set_released(true);
  request.set_paused(paused);
  request.set_message(ShortenUtf8(ReplaceInvalidUtf8(message), kMostMessageBytes));
  v1::FailTaskResponse response;
  return Call(&v1::WorkerService::Stub::FailTask, request, response, "releasing a task");
}

absl::Status CoordinatorClient::FailTask(const v1::AttemptId& attempt, v1::FailureKind kind,
                                         const std::string& message) {
  v1::FailTaskRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  request.set_kind(kind);
  request.set_message(ShortenUtf8(ReplaceInvalidUtf8(message), kMostMessageBytes));
  v1::FailTaskResponse response;
  return Call(&v1::WorkerService::Stub::FailTask, request, response, "reporting a failure");
}

}  // namespace pleat
