// A coordinator in this process: real core, loop and services, journal and store in memory.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/coordinator_server.h"
#include "proto/coordinator.grpc.pb.h"
#include "proto/study.grpc.pb.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {

class ServiceFixture : public testing::Test {
 protected:
  ~ServiceFixture() override { StopCoordinator(); }

  void StartCoordinator() {
    core_options.store_uuid = store->uuid();
    core_ = std::make_unique<CoordinatorCore>(core_options);
    loop = std::make_unique<CoordinatorLoop>(
        *core_, *journal, *store, SystemClock(), [this](const absl::Status& s) { fatal = s; },
        loop_options);
    ASSERT_TRUE(loop->Start().ok());
    server_ = std::make_unique<CoordinatorServer>(*loop, *store);
    ASSERT_TRUE(server_->ServeInProcess().ok());
    const auto channel = server_->InProcessChannel();
    sweeps = v1::SweepService::NewStub(channel);
    workers = v1::WorkerService::NewStub(channel);
    studies = v1::SearchService::NewStub(channel);
  }

  void StopCoordinator() {
    if (loop != nullptr) loop->Stop();
    server_ = nullptr;
    loop = nullptr;
    core_ = nullptr;
  }

  grpc::Status Submit(const std::string& name) {
    v1::SubmitRequest request;
    request.set_request_id(NextId());
    *request.mutable_spec() = SmallSweep(name, 2, 2);
    grpc::ClientContext context;
    v1::SubmitResponse response;
    return sweeps->Submit(&context, request, &response);
  }

  grpc::Status Cancel(const std::string& name) {
    v1::CancelRequest request;
    request.set_request_id(NextId());
    request.set_name(name);
    grpc::ClientContext context;
    v1::CancelResponse response;
    return sweeps->Cancel(&context, request, &response);
  }

  v1::GetResponse Get(const std::string& name) {
    v1::GetRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    v1::GetResponse response;
    EXPECT_TRUE(sweeps->Get(&context, request, &response).ok());
    return response;
  }

  void Register(const std::string& worker) {
    v1::RegisterRequest request;
    request.set_worker_id(worker);
    request.mutable_info()->set_group_size(1);
    request.set_store_uuid(store->uuid());
    grpc::ClientContext context;
    v1::RegisterResponse response;
    ASSERT_TRUE(workers->Register(&context, request, &response).ok());
  }

  grpc::Status Acquire(grpc::ClientContext& context, const std::string& worker, uint32_t wait_ms,
                       v1::AcquireTaskResponse& response) {
    v1::AcquireTaskRequest request;
    request.set_request_id(NextId());
    request.set_worker_id(worker);
    request.set_wait_ms(wait_ms);
    return workers->AcquireTask(&context, request, &response);
  }

  std::string NextId() { return absl::StrCat("test/", ++requests_); }

  const State& state() const { return core_->state(); }  // while the loop does not run
  std::shared_ptr<grpc::Channel> Channel() { return server_->InProcessChannel(); }

  CoreOptions core_options;
  LoopOptions loop_options;
  std::unique_ptr<Journal> journal = NewMemoryJournal();
  std::unique_ptr<Store> store = NewMemoryStore();
  std::unique_ptr<CoordinatorLoop> loop;
  std::unique_ptr<v1::SweepService::Stub> sweeps;
  std::unique_ptr<v1::WorkerService::Stub> workers;
  std::unique_ptr<v1::SearchService::Stub> studies;
  absl::Status fatal;

 private:
  std::unique_ptr<CoordinatorCore> core_;
  std::unique_ptr<CoordinatorServer> server_;
  std::atomic<int> requests_ = 0;
};

}  // namespace pleat
