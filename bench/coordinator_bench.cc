// How many durable lease+complete cycles a second one coordinator gives to many workers.
//
// Everything is real but the training: gRPC over loopback TCP, the SQLite journal on disk, the
// coordinator's core. Each simulated worker has one call in flight: AcquireTask, CompleteTask, and
// again. Clients run in the same process, so their work is part of the load. At the end the journal
// is replayed, as a restart would.
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/loopback_coordinator.h"
#include "common/base/grpc_status.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_reader.h"
#include "common/store/npy.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int kRows = 1000;

// On two cores with 64 workers; the run fails below.
constexpr double kCyclesPerSecondTarget = 3'000;
constexpr double kLeaseP99TargetMs = 50;

// A sweep with more folds than can be trained here.
v1::SweepSpec LargeSweep() {
  SweepSource source;
  source.file = "bench.yaml";
  source.folder = "/";
  source.text =
      "name: bench\n"
      "data: {train: {synthetic_digits: {samples: 1000}}}\n"
      "cross_validation: {k_fold: {folds: 500, shuffle: false}}\n"
      "training: {optimizer: {adam_w: {}}}\n"
      "search:\n"
      "  method: {random: {}}\n"
      "  max_trials: 100000\n"
      "  parameters:\n"
      "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: 1.0e-2}}\n";
  return ReadSweep(source).spec;
}

v1::Artifact File(const std::string& path) {
  v1::Artifact file;
  file.set_path(path);
  file.set_size(1 << 20);
  file.set_sha256(std::string(64, 'a'));
  return file;
}

v1::TaskResult TrainedFold(const std::string& folder) {
  v1::TaskResult result;
  v1::TrainFoldResult& fold = *result.mutable_train_fold();
  *fold.mutable_checkpoint()->mutable_weights() = File(folder + "/weights.safetensors");
  *fold.mutable_oof() = File(folder + "/oof.npy");
  *fold.mutable_epochs() = File(folder + "/epochs.csv");
  fold.mutable_metrics()->set_epoch(10);
  fold.mutable_metrics()->set_val_log_loss(0.1);
  return result;
}

absl::StatusOr<v1::TaskResult> PreparedData(Store& store, const std::string& folder) {
  std::vector<int64_t> labels(kRows);
  for (int i = 0; i < kRows; ++i) labels[i] = i % 10;
  const uint64_t shape[] = {kRows};
  v1::TaskResult result;
  v1::DatasetInfo& train = *result.mutable_prepare_data()->add_datasets();
  train.set_split("train");
  train.set_rows(kRows);
  train.set_channels(1);
  train.set_height(28);
  train.set_width(28);
  train.set_classes(10);
  train.set_scale(255);
  PLEAT_ASSIGN_OR_RETURN(*train.mutable_labels(), store.Write(folder + "/train/labels.npy",
                                                              EncodeNpy<int64_t>(shape, labels)));
  return result;
}

// What all workers share.
struct Load {
  Store& store;
  SteadyTime end;
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  std::vector<double> lease_ms;  // of each finished cycle
  std::string error;
};

// One worker: a chain of callbacks with one call in flight. Lives until the chain has ended.
class Worker {
 public:
  Worker(Load& load, const std::shared_ptr<grpc::Channel>& channel)
      : load_(load), stub_(v1::WorkerService::NewStub(channel)), ids_(NewSessionId()) {}

  void Start() {
    v1::RegisterRequest request;
    request.set_worker_id(ids_.session());
    request.mutable_info()->set_group_size(1);
    request.set_store_uuid(load_.store.uuid());
    v1::RegisterResponse response;
    grpc::ClientContext context;
    const grpc::Status status = stub_->Register(&context, request, &response);
    if (!status.ok()) return End(status);
    Acquire();
  }

 private:
  void Acquire() {
    if (std::chrono::steady_clock::now() >= load_.end) return End(grpc::Status::OK);
    v1::AcquireTaskRequest request;
    request.set_request_id(ids_.Next());
    request.set_worker_id(ids_.session());
    request.set_wait_ms(1000);
    acquire_ = request;
    asked_ = std::chrono::steady_clock::now();
    context_ = std::make_unique<grpc::ClientContext>();
    stub_->async()->AcquireTask(context_.get(), &acquire_, &task_,
                                [this](const grpc::Status& status) { OnTask(status); });
  }

  void OnTask(const grpc::Status& status) {
    const std::chrono::duration<double, std::milli> waited =
        std::chrono::steady_clock::now() - asked_;
    if (!status.ok()) return End(status);
    if (!task_.has_lease()) return Acquire();
    lease_ms_ = waited.count();
    Complete(task_.lease());
  }

  void Complete(const v1::Lease& lease) {
    complete_.set_request_id(ids_.Next());
    complete_.mutable_attempt()->set_sweep(lease.task().sweep());
    complete_.mutable_attempt()->set_task(lease.task().id());
    complete_.mutable_attempt()->set_attempt(lease.attempt());
    if (lease.task().has_prepare_data()) {
      absl::StatusOr<v1::TaskResult> data = PreparedData(load_.store, lease.folder());
      if (!data.ok()) return End({grpc::StatusCode::INTERNAL, data.status().ToString()});
      *complete_.mutable_result() = *std::move(data);
    } else {
      *complete_.mutable_result() = TrainedFold(lease.folder());
    }
    context_ = std::make_unique<grpc::ClientContext>();
    stub_->async()->CompleteTask(context_.get(), &complete_, &completed_,
                                 [this](const grpc::Status& status) { OnCompleted(status); });
  }

  void OnCompleted(const grpc::Status& status) {
    if (!status.ok()) return End(status);
    {
      std::lock_guard lock(load_.mutex);
      load_.lease_ms.push_back(lease_ms_);
    }
    Acquire();
  }

  void End(const grpc::Status& status) {
    std::lock_guard lock(load_.mutex);
    if (!status.ok()) load_.error = status.error_message();
    --load_.running;
    load_.changed.notify_one();
  }

  Load& load_;
  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  RequestIds ids_;
  std::unique_ptr<grpc::ClientContext> context_;
  v1::AcquireTaskRequest acquire_;
  v1::AcquireTaskResponse task_;
  v1::CompleteTaskRequest complete_;
  v1::CompleteTaskResponse completed_;
  SteadyTime asked_;
  double lease_ms_ = 0;
};

absl::Status Submit(const LoopbackCoordinator& coordinator) {
  const auto stub = v1::SweepService::NewStub(coordinator.Connect());
  v1::SubmitRequest request;
  request.set_request_id(NewSessionId() + "/1");
  *request.mutable_spec() = LargeSweep();
  v1::SubmitResponse response;
  grpc::ClientContext context;
  return FromGrpcStatus(stub->Submit(&context, request, &response));
}

absl::Status Run(int worker_count, int seconds, const std::string& folder) {
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<LoopbackCoordinator> coordinator,
                         LoopbackCoordinator::Start(folder));
  PLEAT_RETURN_IF_ERROR(Submit(*coordinator));

  const SteadyTime begin = std::chrono::steady_clock::now();
  Load load{
      coordinator->store(), begin + std::chrono::seconds(seconds), {}, {}, worker_count, {}, {}};
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < worker_count; ++i) {
    workers.push_back(std::make_unique<Worker>(load, coordinator->Connect()));
  }
  for (const auto& worker : workers) worker->Start();
  std::unique_lock lock(load.mutex);
  load.changed.wait(lock, [&] { return load.running == 0; });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  coordinator->Stop();
  if (!load.error.empty()) return absl::InternalError(load.error);
  if (load.lease_ms.empty()) return absl::InternalError("no cycle ended in this time");

  std::sort(load.lease_ms.begin(), load.lease_ms.end());
  std::printf("workers %d  seconds %.1f  cycles %zu\n", worker_count, took.count(),
              load.lease_ms.size());
  const double cycles_per_s = static_cast<double>(load.lease_ms.size()) / took.count();
  const double p99_ms = Percentile(load.lease_ms, 0.99);
  std::printf("durable cycles/s %.0f\n", cycles_per_s);
  std::printf("lease latency    p50 %.2f ms  p99 %.2f ms\n", Percentile(load.lease_ms, 0.5),
              p99_ms);
  std::printf("resident memory  %.0f MiB\n", ResidentMiB());
  PLEAT_RETURN_IF_ERROR(coordinator->Replay());
  if (cycles_per_s >= kCyclesPerSecondTarget && p99_ms <= kLeaseP99TargetMs) {
    return absl::OkStatus();
  }
  return absl::DeadlineExceededError(absl::StrCat("target missed: ", kCyclesPerSecondTarget,
                                                  " cycles/s, lease p99 ", kLeaseP99TargetMs,
                                                  " ms"));
}

int Main(int argc, char** argv) {
  CLI::App app("Durable lease+complete cycles of a coordinator over loopback gRPC.");
  int workers = 64, seconds = 10;
  std::string folder = absl::StrCat("coordinator_bench.", getpid());
  app.add_option("--workers", workers, "simulated workers, one call in flight each")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  app.add_option("--seconds", seconds, "how long")
      ->capture_default_str()
      ->check(CLI::Range(1, 3600));
  app.add_option("--folder", folder, "folder for journal and store, removed at the end");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Run(workers, seconds, folder);
  std::filesystem::remove_all(folder);
  if (status.ok()) return 0;
  std::cerr << "coordinator_bench: " << status.message() << std::endl;
  return 1;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) { return pleat::Main(argc, argv); }
