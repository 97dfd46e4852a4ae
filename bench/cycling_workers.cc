#include "bench/cycling_workers.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "bench/bench_sweep.h"
#include "common/base/grpc_status.h"
#include "common/base/ids.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

struct CyclingWorkers::Shared {
  explicit Shared(std::function<Beside()> what) : beside(std::move(what)) {}

  void Note(absl::Status new_status) {
    std::lock_guard lock(mutex);
    if (status.ok()) status = std::move(new_status);
  }

  const std::function<Beside()> beside;
  std::mutex mutex;
  std::condition_variable all_ended;
  bool stops = false;
  size_t running = 0;
  size_t cycles = 0;
  LeaseTimes lease_ms;
  absl::Status status;
};

class CyclingWorkers::Worker {
 public:
  Worker(Shared& shared, const CyclingOptions& options)
      : shared_(shared),
        stub_(v1::WorkerService::NewStub(options.connect())),
        ids_(NewSessionId()) {
    v1::RegisterRequest request;
    request.set_worker_id(ids_.session());
    request.mutable_info()->set_group_size(1);
    request.set_store_uuid(options.store_uuid);
    v1::RegisterResponse response;
    grpc::ClientContext context;
    shared_.Note(FromGrpcStatus(stub_->Register(&context, request, &response)));
  }

  void Acquire() {
    if (HasEnded()) return;
    acquire_.set_request_id(ids_.Next());
    acquire_.set_worker_id(ids_.session());
    acquire_.set_wait_ms(1000);
    beside_ = shared_.beside();
    asked_ = std::chrono::steady_clock::now();
    context_ = std::make_unique<grpc::ClientContext>();
    stub_->async()->AcquireTask(context_.get(), &acquire_, &task_,
                                [this](const grpc::Status& status) { OnTask(status); });
  }

 private:
  void OnTask(const grpc::Status& status) {
    lease_ms_ = std::chrono::steady_clock::now() - asked_;
    beside_ = std::max(beside_, shared_.beside());
    if (!status.ok()) shared_.Note(FromGrpcStatus(status));
    if (!status.ok() || !task_.has_lease()) return Acquire();
    Complete(task_.lease());
  }

  void Complete(const v1::Lease& lease) {
    complete_.Clear();
    complete_.set_request_id(ids_.Next());
    complete_.mutable_attempt()->set_sweep(lease.task().sweep());
    complete_.mutable_attempt()->set_task(lease.task().id());
    complete_.mutable_attempt()->set_attempt(lease.attempt());
    if (lease.task().has_train_fold()) *complete_.mutable_result() = TrainedFold(lease.folder());
    context_ = std::make_unique<grpc::ClientContext>();
    stub_->async()->CompleteTask(context_.get(), &complete_, &completed_,
                                 [this](const grpc::Status& status) { OnCompleted(status); });
  }

  void OnCompleted(const grpc::Status& status) {
    if (status.ok()) {
      std::lock_guard lock(shared_.mutex);
      ++shared_.cycles;
      shared_.lease_ms[beside_].push_back(lease_ms_.count());
    } else {
      shared_.Note(FromGrpcStatus(status));
    }
    Acquire();
  }

  // True: the chain ends here, and with it perhaps this worker's life.
  bool HasEnded() {
    std::lock_guard lock(shared_.mutex);
    const bool ends = shared_.stops || !shared_.status.ok();
    if (ends && --shared_.running == 0) shared_.all_ended.notify_one();
    return ends;
  }

  Shared& shared_;
  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  RequestIds ids_;
  std::unique_ptr<grpc::ClientContext> context_;
  v1::AcquireTaskRequest acquire_;
  v1::AcquireTaskResponse task_;
  v1::CompleteTaskRequest complete_;
  v1::CompleteTaskResponse completed_;
  Beside beside_ = kNothing;
  std::chrono::steady_clock::time_point asked_;
  std::chrono::duration<double, std::milli> lease_ms_{0};
};

CyclingWorkers::CyclingWorkers(const CyclingOptions& options)
    : shared_(std::make_unique<Shared>(options.beside)) {
  for (int i = 0; i < options.workers; ++i) {
    workers_.push_back(std::make_unique<Worker>(*shared_, options));
  }
}

CyclingWorkers::~CyclingWorkers() { Stop().IgnoreError(); }

void CyclingWorkers::Start() {
  shared_->running = workers_.size();
  for (const auto& worker : workers_) worker->Acquire();
}

size_t CyclingWorkers::Cycles() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->cycles;
}

absl::Status CyclingWorkers::Stop() {
  std::unique_lock lock(shared_->mutex);
  shared_->stops = true;
  shared_->all_ended.wait(lock, [this] { return shared_->running == 0; });
  return shared_->status;
}

const CyclingWorkers::LeaseTimes& CyclingWorkers::lease_ms() const { return shared_->lease_ms; }

}  // namespace pleat
