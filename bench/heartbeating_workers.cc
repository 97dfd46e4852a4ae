#include "bench/heartbeating_workers.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "bench/bench_sweep.h"
#include "common/base/grpc_status.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr auto kInterval = std::chrono::seconds(1);
// The sender wakes up so often.
constexpr auto kPause = std::chrono::milliseconds(10);

}  // namespace

struct HeartbeatingWorkers::Shared {
  void Answered(absl::Status new_status) {
    std::lock_guard lock(mutex);
    ++answered;
    if (status.ok()) status = std::move(new_status);
    if (--in_flight == 0) none_in_flight.notify_one();
  }

  std::mutex mutex;
  std::condition_variable none_in_flight;
  size_t in_flight = 0;
  size_t answered = 0;
  absl::Status status;
};

class HeartbeatingWorkers::Worker {
 public:
  Worker(Shared& shared, const std::shared_ptr<grpc::Channel>& channel)
      : shared_(shared), stub_(v1::WorkerService::NewStub(channel)), ids_(NewSessionId()) {}

  absl::Status TakeTask(const std::string& store_uuid) {
    PLEAT_ASSIGN_OR_RETURN(const v1::Lease lease, TakeFirstTask(*stub_, ids_, store_uuid));
    request_.set_worker_id(ids_.session());
    request_.mutable_attempt()->set_sweep(lease.task().sweep());
    request_.mutable_attempt()->set_task(lease.task().id());
    request_.mutable_attempt()->set_attempt(lease.attempt());
    return absl::OkStatus();
  }

  // Says nothing while the last heartbeat is not answered.
  void Beat() {
    if (in_flight_.exchange(true)) return;
    {
      std::lock_guard lock(shared_.mutex);
      ++shared_.in_flight;
    }
    request_.mutable_progress()->set_step(request_.progress().step() + 1);
    context_ = std::make_unique<grpc::ClientContext>();
    stub_->async()->Heartbeat(context_.get(), &request_, &response_,
                              [this](const grpc::Status& status) { OnAnswer(status); });
  }

 private:
  void OnAnswer(const grpc::Status& status) {
    absl::Status heard = FromGrpcStatus(status);
    if (response_.directive().stop()) heard = absl::AbortedError(response_.directive().reason());
    in_flight_ = false;
    shared_.Answered(std::move(heard));
  }

  Shared& shared_;
  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  RequestIds ids_;
  std::atomic<bool> in_flight_ = false;
  std::unique_ptr<grpc::ClientContext> context_;
  v1::HeartbeatRequest request_;
  v1::HeartbeatResponse response_;
};

HeartbeatingWorkers::HeartbeatingWorkers(int count)
    : count_(count), shared_(std::make_unique<Shared>()) {}

HeartbeatingWorkers::~HeartbeatingWorkers() { Stop().IgnoreError(); }

absl::Status HeartbeatingWorkers::Start(
    const std::function<std::shared_ptr<grpc::Channel>()>& connect, const std::string& store_uuid) {
  for (int i = 0; i < count_; ++i) {
    workers_.push_back(std::make_unique<Worker>(*shared_, connect()));
    PLEAT_RETURN_IF_ERROR(workers_.back()->TakeTask(store_uuid));
  }
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void HeartbeatingWorkers::Run() {
  const auto begin = std::chrono::steady_clock::now();
  for (int64_t sent = 0; !stops_;) {
    const auto passed = std::chrono::steady_clock::now() - begin;
    for (const int64_t due = passed * count_ / kInterval; sent < due; ++sent) {
      workers_[sent % count_]->Beat();
    }
    std::this_thread::sleep_for(kPause);
  }
}

size_t HeartbeatingWorkers::Answered() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->answered;
}

absl::Status HeartbeatingWorkers::Stop() {
  stops_ = true;
  if (thread_.joinable()) thread_.join();
  std::unique_lock lock(shared_->mutex);
  shared_->none_in_flight.wait(lock, [this] { return shared_->in_flight == 0; });
  return shared_->status;
}

}  // namespace pleat
