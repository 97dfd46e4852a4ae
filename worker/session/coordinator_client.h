// The worker's side of WorkerService.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

// How the coordinator took what was said of an attempt.
//
// The attempt is over (FAILED_PRECONDITION, NOT_FOUND): drop the work.
bool IsStale(const absl::Status& status);
// It was heard, and cannot be accepted; saying it again does not help.
bool IsRefused(const absl::Status& status);

// Calls block; a call that cannot reach the coordinator is repeated, with the same request id and
// growing pauses, until it is answered or the worker has left: UNAVAILABLE. Thread-safe.
class CoordinatorClient {
 public:
  // `worker_id` also begins this client's request ids.
  CoordinatorClient(const std::string& address, std::string worker_id);

  const std::string& worker_id() const { return worker_id_; }

  // FAILED_PRECONDITION: it will never be let in (wrong store, program or version, no permission);
  // the message says what to do.
  absl::StatusOr<v1::RegisterResponse> Register(const v1::WorkerInfo& info,
                                                const std::string& store_uuid);
  // One long poll; not repeated, so that the caller can tell its group that it is still there. A
  // worker that leaves waits no more: CANCELLED, unless `wait_ms` is 0.
  // `request` keeps the request id over repetitions: leave it to the next call after UNAVAILABLE,
  // renew it after an answer.
  absl::StatusOr<v1::AcquireTaskResponse> AcquireTask(const std::string& request_id,
                                                      uint32_t wait_ms);
  // One try.
  absl::StatusOr<v1::Directive> Heartbeat(const v1::AttemptId& attempt,
                                          const v1::Progress& progress);
  absl::StatusOr<v1::Directive> ReportEpoch(const v1::AttemptId& attempt,
                                            const v1::EpochMetrics& metrics);
  absl::Status PublishCheckpoint(const v1::AttemptId& attempt, const v1::Checkpoint& checkpoint);
  // The checkpoint to go on from instead; nothing: there is none.
  absl::StatusOr<std::optional<v1::Checkpoint>> QuarantineCheckpoint(
      const v1::AttemptId& attempt, const v1::Checkpoint& checkpoint, const std::string& message);
  absl::Status CompleteTask(const v1::AttemptId& attempt, const v1::TaskResult& result);
  // Gives the attempt back; `paused`: as it was told.
  absl::Status ReleaseTask(const v1::AttemptId& attempt, const std::string& message,
                           bool paused = false);
  absl::Status FailTask(const v1::AttemptId& attempt, v1::FailureKind kind,
                        const std::string& message);

  std::string NewRequestId() { return request_ids_.Next(); }
  // This worker is leaving: breaks off what is under way, and all calls together, also those that
  // were broken off and are repeated, end within `grace_ms` from now. May be called again.
  void Leave(int64_t grace_ms);

 private:
  template <typename Request, typename Response>
  using Method = grpc::Status (v1::WorkerService::Stub::*)(grpc::ClientContext*, const Request&,
                                                           Response*);
  enum class WhenLeaving { kHurry, kRefuse };
  // One try. `then`: what becomes of it if the worker has begun to leave.
  template <typename Request, typename Response>
  absl::Status Try(Method<Request, Response> method, const Request& request, Response& response,
                   int64_t timeout_ms, WhenLeaving then);
  // Repeats while the coordinator is away.
  template <typename Request, typename Response>
  absl::Status Call(Method<Request, Response> method, const Request& request, Response& response,
                    absl::string_view what);
  // False: there is no time left for another try.
  bool PauseBeforeRetry(int attempt);

  const std::string address_;
  const std::string worker_id_;
  RequestIds request_ids_;
  std::unique_ptr<v1::WorkerService::Stub> stub_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::optional<int64_t> leave_by_ms_;         // guarded by mutex_; steady clock; set: leaving
  std::set<grpc::ClientContext*> open_calls_;  // guarded by mutex_
};

}  // namespace pleat
