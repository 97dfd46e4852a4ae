// A WorkerService on loopback whose answers a test decides.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

class FakeCoordinator final : public v1::WorkerService::Service {
 public:
  FakeCoordinator() { Start(0); }
  ~FakeCoordinator() override { Stop(); }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }
  // Goes away, and comes back on the same port.
  void Stop() {
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }
  void Restart() { Start(port_); }

  // Never answers the next calls; they end when their caller gives up.
  void Hang(int calls = 1'000) { to_hang_ = calls; }
  // Calls that wait for an answer now.
  int hanging() const { return hanging_; }

  // What heartbeats and epoch reports are answered.
  void StopAttempts(const std::string& reason) {
    std::lock_guard lock(mutex_);
    directive_.set_stop(true);
    directive_.set_reason(reason);
  }
  void RefuseAttempts(const std::string& message,
                      grpc::StatusCode code = grpc::StatusCode::FAILED_PRECONDITION) {
    std::lock_guard lock(mutex_);
    refusal_ = grpc::Status(code, message);
  }
  void RefuseWorkers(const std::string& message, grpc::StatusCode code) {
    std::lock_guard lock(mutex_);
    worker_refusal_ = grpc::Status(code, message);
  }
  // Leases that AcquireTask hands out, in order.
  void AddLease(const v1::Lease& lease) {
    std::lock_guard lock(mutex_);
    leases_.push_back(lease);
  }

  std::atomic<int> heartbeats = 0;
  std::atomic<int> registrations = 0;
  std::atomic<int> epochs = 0;
  std::atomic<bool> knows_worker = true;
  std::vector<v1::FailTaskRequest> failures() {
    std::lock_guard lock(mutex_);
    return failures_;
  }
  std::vector<v1::CompleteTaskRequest> completions() {
    std::lock_guard lock(mutex_);
    return completions_;
  }
  std::vector<v1::Checkpoint> checkpoints() {
    std::lock_guard lock(mutex_);
    return checkpoints_;
  }
  // What is answered about damaged checkpoints, the next one last; none: to begin anew.
  void AddEarlierCheckpoint(const v1::Checkpoint& checkpoint) {
    std::lock_guard lock(mutex_);
    earlier_.push_back(checkpoint);
  }
  std::vector<v1::QuarantineCheckpointRequest> quarantined() {
    std::lock_guard lock(mutex_);
    return quarantined_;
  }
  v1::Progress last_progress() {
    std::lock_guard lock(mutex_);
    return last_progress_;
  }

  grpc::Status Register(grpc::ServerContext*, const v1::RegisterRequest*,
                        v1::RegisterResponse* response) override {
    ++registrations;
    knows_worker = true;
    response->set_heartbeat_interval_ms(20);
    std::lock_guard lock(mutex_);
    return worker_refusal_;
  }
  grpc::Status AcquireTask(grpc::ServerContext* context, const v1::AcquireTaskRequest* request,
                           v1::AcquireTaskResponse* response) override {
    if (!knows_worker) return {grpc::StatusCode::NOT_FOUND, "register first"};
    for (uint32_t waited = 0; !TakeLease(*request, *response); waited += 5) {
      if (waited >= request->wait_ms() || context->IsCancelled()) return grpc::Status::OK;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    Hold(context);
    return grpc::Status::OK;
  }
  grpc::Status Heartbeat(grpc::ServerContext* context, const v1::HeartbeatRequest* request,
                         v1::HeartbeatResponse* response) override {
    ++heartbeats;
    Hold(context);
    std::lock_guard lock(mutex_);
    last_progress_ = request->progress();
    *response->mutable_directive() = directive_;
    return refusal_;
  }
  grpc::Status ReportEpoch(grpc::ServerContext* context, const v1::ReportEpochRequest*,
                           v1::ReportEpochResponse* response) override {
    ++epochs;
    Hold(context);
    std::lock_guard lock(mutex_);
    *response->mutable_directive() = directive_;
    return refusal_;
  }
  grpc::Status PublishCheckpoint(grpc::ServerContext* context,
                                 const v1::PublishCheckpointRequest* request,
                                 v1::PublishCheckpointResponse*) override {
    Hold(context);
    std::lock_guard lock(mutex_);
    checkpoints_.push_back(request->checkpoint());
    return refusal_;
  }
  grpc::Status QuarantineCheckpoint(grpc::ServerContext* context,
                                    const v1::QuarantineCheckpointRequest* request,
                                    v1::QuarantineCheckpointResponse* response) override {
    Hold(context);
    std::lock_guard lock(mutex_);
    quarantined_.push_back(*request);
    if (!earlier_.empty()) {
      *response->mutable_resume_from() = earlier_.back();
      earlier_.pop_back();
    }
    return refusal_;
  }
  grpc::Status CompleteTask(grpc::ServerContext* context, const v1::CompleteTaskRequest* request,
                            v1::CompleteTaskResponse*) override {
    Hold(context);
    std::lock_guard lock(mutex_);
    completions_.push_back(*request);
    return refusal_;
  }
  grpc::Status FailTask(grpc::ServerContext* context, const v1::FailTaskRequest* request,
                        v1::FailTaskResponse*) override {
    Hold(context);
    std::lock_guard lock(mutex_);
    failures_.push_back(*request);
    return refusal_;
  }

 private:
  void Start(int port) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  // The next lease, or that of the same request again.
  bool TakeLease(const v1::AcquireTaskRequest& request, v1::AcquireTaskResponse& response) {
    std::lock_guard lock(mutex_);
    if (request.request_id() != answered_poll_.first) {
      if (leases_.empty()) return false;
      answered_poll_ = {request.request_id(), leases_.front()};
      leases_.erase(leases_.begin());
    }
    *response.mutable_lease() = answered_poll_.second;
    return true;
  }
  void Hold(grpc::ServerContext* context) {
    if (to_hang_ <= 0) return;
    --to_hang_;
    ++hanging_;
    while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --hanging_;
  }

  std::atomic<int> to_hang_ = 0;
  std::atomic<int> hanging_ = 0;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::mutex mutex_;
  v1::Directive directive_;                           // guarded by mutex_
  grpc::Status refusal_;                              // guarded by mutex_
  grpc::Status worker_refusal_;                       // guarded by mutex_
  std::pair<std::string, v1::Lease> answered_poll_;   // guarded by mutex_
  std::vector<v1::Lease> leases_;                     // guarded by mutex_
  std::vector<v1::FailTaskRequest> failures_;         // guarded by mutex_
  std::vector<v1::CompleteTaskRequest> completions_;  // guarded by mutex_
  std::vector<v1::Checkpoint> checkpoints_;           // guarded by mutex_
  std::vector<v1::Checkpoint> earlier_;               // guarded by mutex_
  // guarded by mutex_
  std::vector<v1::QuarantineCheckpointRequest> quarantined_;
  v1::Progress last_progress_;  // guarded by mutex_
};

}  // namespace pleat
