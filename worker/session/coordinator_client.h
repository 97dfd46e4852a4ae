// The worker's side of WorkerService.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

// Calls block; a call that cannot reach the coordinator is repeated, with the same request id and
// growing pauses, until it is answered or `leaving` is set and a short grace is over. Thread-safe.
class CoordinatorClient {
 public:
  // `worker_id` also begins this client's request ids.
  CoordinatorClient(const std::string& address, std::string worker_id,
                    const std::atomic<bool>& leaving);

  const std::string& worker_id() const { return worker_id_; }

  // FAILED_PRECONDITION: wrong store or version.
  absl::StatusOr<v1::RegisterResponse> Register(const v1::WorkerInfo& info,
                                                const std::string& store_uuid);
  // One long poll; not repeated, so that the caller can tell its group that it is still there.
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
  absl::Status CompleteTask(const v1::AttemptId& attempt, const v1::TaskResult& result);
  // Gives the attempt back.
  absl::Status ReleaseTask(const v1::AttemptId& attempt, const std::string& message);
  absl::Status FailTask(const v1::AttemptId& attempt, v1::FailureKind kind,
                        const std::string& message);

  std::string NewRequestId() { return request_ids_.Next(); }
  // Ends a long poll that is under way, and those to come.
  void CancelPoll();

 private:
  template <typename Request, typename Response>
  using Method = grpc::Status (v1::WorkerService::Stub::*)(grpc::ClientContext*, const Request&,
                                                           Response*);
  // Repeats while the coordinator is away.
  template <typename Request, typename Response>
  absl::Status Call(Method<Request, Response> method, const Request& request, Response& response,
                    absl::string_view what);

  const std::string address_;
  const std::string worker_id_;
  const std::atomic<bool>& leaving_;
  RequestIds request_ids_;
  std::unique_ptr<v1::WorkerService::Stub> stub_;
  std::mutex poll_mutex_;
  grpc::ClientContext* poll_ = nullptr;  // guarded by poll_mutex_
  bool polls_cancelled_ = false;         // guarded by poll_mutex_
};

}  // namespace pleat
