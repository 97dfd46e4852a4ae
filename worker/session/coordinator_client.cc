#include "worker/session/coordinator_client.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/grpc_status.h"
#include "common/base/log.h"
#include "common/base/retry.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"

namespace pleat {
namespace {

constexpr int64_t kCallTimeoutMs = 10'000;
constexpr int64_t kHeartbeatTimeoutMs = 5'000;
constexpr Backoff kBackoff{.initial_ms = 100, .max_ms = 2'000};
// How long a worker that is leaving still tries to be heard.
constexpr int64_t kLeavingGraceMs = 1'500;

void SetTimeout(grpc::ClientContext& context, int64_t timeout_ms) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(timeout_ms));
}

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // A restarted coordinator should be found again within about a second.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  // Else a name is looked up again only every 30 s, and a refused first connection waits that long.
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 200);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

CoordinatorClient::CoordinatorClient(const std::string& address, std::string worker_id,
                                     const std::atomic<bool>& leaving)
    : address_(address),
      worker_id_(std::move(worker_id)),
      leaving_(leaving),
      request_ids_(worker_id_),
      stub_(v1::WorkerService::NewStub(MakeChannel(address))) {}

template <typename Request, typename Response>
absl::Status CoordinatorClient::Call(Method<Request, Response> method, const Request& request,
                                     Response& response, absl::string_view what) {
  const Clock& clock = SystemClock();
  int64_t leaving_since_ms = -1;
  for (int attempt = 0;; ++attempt) {
    grpc::ClientContext context;
    SetTimeout(context, leaving_ ? kLeavingGraceMs : kCallTimeoutMs);
    const absl::Status status = FromGrpcStatus(((*stub_).*method)(&context, request, &response));
    if (!IsAway(status)) return status;
    if (leaving_) {
      if (leaving_since_ms < 0) leaving_since_ms = clock.SteadyMs();
      if (clock.SteadyMs() - leaving_since_ms > kLeavingGraceMs) {
        return Annotate(status, absl::StrCat(what, " at ", address_));
      }
    }
    if (attempt == 3) {
      Log(LogLevel::kWarning, "coordinator does not answer, trying on",
          {{"what", what}, {"address", address_}, {"error", status.message()}});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(
        leaving_ ? 100 : BackoffMs(kBackoff, attempt, std::hash<std::string>{}(worker_id_))));
  }
}

absl::StatusOr<v1::RegisterResponse> CoordinatorClient::Register(const v1::WorkerInfo& info,
                                                                 const std::string& store_uuid) {
  v1::RegisterRequest request;
  request.set_worker_id(worker_id_);
  *request.mutable_info() = info;
  request.set_store_uuid(store_uuid);
  v1::RegisterResponse response;
  PLEAT_RETURN_IF_ERROR(Call(&v1::WorkerService::Stub::Register, request, response, "registering"));
  return response;
}

absl::StatusOr<v1::AcquireTaskResponse> CoordinatorClient::AcquireTask(
    const std::string& request_id, uint32_t wait_ms) {
  v1::AcquireTaskRequest request;
  request.set_request_id(request_id);
  request.set_worker_id(worker_id_);
  request.set_wait_ms(wait_ms);
  v1::AcquireTaskResponse response;
  grpc::ClientContext context;
  SetTimeout(context, wait_ms + kCallTimeoutMs);
  {
    std::lock_guard lock(poll_mutex_);
    if (polls_cancelled_) return absl::CancelledError("this worker is leaving");
    poll_ = &context;
  }
  const absl::Status status = FromGrpcStatus(stub_->AcquireTask(&context, request, &response));
  {
    std::lock_guard lock(poll_mutex_);
    poll_ = nullptr;
  }
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<v1::Directive> CoordinatorClient::Heartbeat(const v1::AttemptId& attempt,
                                                           const v1::Progress& progress) {
  v1::HeartbeatRequest request;
  request.set_worker_id(worker_id_);
  *request.mutable_attempt() = attempt;
  *request.mutable_progress() = progress;
  v1::HeartbeatResponse response;
  grpc::ClientContext context;
  SetTimeout(context, kHeartbeatTimeoutMs);
  PLEAT_RETURN_IF_ERROR(FromGrpcStatus(stub_->Heartbeat(&context, request, &response)));
  return response.directive();
}

absl::StatusOr<v1::Directive> CoordinatorClient::ReportEpoch(const v1::AttemptId& attempt,
                                                             const v1::EpochMetrics& metrics) {
  v1::ReportEpochRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  *request.mutable_metrics() = metrics;
  v1::ReportEpochResponse response;
  PLEAT_RETURN_IF_ERROR(
      Call(&v1::WorkerService::Stub::ReportEpoch, request, response, "reporting an epoch"));
  return response.directive();
}

absl::Status CoordinatorClient::PublishCheckpoint(const v1::AttemptId& attempt,
                                                  const v1::Checkpoint& checkpoint) {
  v1::PublishCheckpointRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  *request.mutable_checkpoint() = checkpoint;
  v1::PublishCheckpointResponse response;
  return Call(&v1::WorkerService::Stub::PublishCheckpoint, request, response,
              "publishing a checkpoint");
}

absl::Status CoordinatorClient::CompleteTask(const v1::AttemptId& attempt,
                                             const v1::TaskResult& result) {
  v1::CompleteTaskRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  *request.mutable_result() = result;
  v1::CompleteTaskResponse response;
  return Call(&v1::WorkerService::Stub::CompleteTask, request, response, "completing a task");
}

absl::Status CoordinatorClient::ReleaseTask(const v1::AttemptId& attempt,
                                            const std::string& message) {
  v1::FailTaskRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  request.set_released(true);
  request.set_message(ReplaceInvalidUtf8(message));
  v1::FailTaskResponse response;
  return Call(&v1::WorkerService::Stub::FailTask, request, response, "releasing a task");
}

absl::Status CoordinatorClient::FailTask(const v1::AttemptId& attempt, v1::FailureKind kind,
                                         const std::string& message) {
  v1::FailTaskRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_attempt() = attempt;
  request.set_kind(kind);
  request.set_message(ReplaceInvalidUtf8(message));
  v1::FailTaskResponse response;
  return Call(&v1::WorkerService::Stub::FailTask, request, response, "reporting a failure");
}

void CoordinatorClient::CancelPoll() {
  std::lock_guard lock(poll_mutex_);
  polls_cancelled_ = true;
  if (poll_ != nullptr) poll_->TryCancel();
}

}  // namespace pleat
