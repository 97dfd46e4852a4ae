#include "bench/bench_sweep.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "common/base/grpc_status.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_reader.h"
#include "common/store/npy.h"

namespace pleat {
namespace {

constexpr int kRows = 1000;

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
      "  max_trials: 2000\n"
      "  parameters:\n"
      "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: 1.0e-2}}\n";
  return ReadSweep(source).spec;
}

absl::Status Submit(v1::SweepService::Stub& sweeps) {
  v1::SubmitRequest request;
  request.set_request_id(NewSessionId() + "/1");
  *request.mutable_spec() = LargeSweep();
  v1::SubmitResponse response;
  grpc::ClientContext context;
  return FromGrpcStatus(sweeps.Submit(&context, request, &response));
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

absl::Status PrepareData(v1::WorkerService::Stub& workers, Store& store) {
  RequestIds ids(NewSessionId());
  PLEAT_ASSIGN_OR_RETURN(const v1::Lease lease, TakeFirstTask(workers, ids, store.uuid()));
  if (!lease.task().has_prepare_data()) return absl::InternalError("the first task is another");
  v1::CompleteTaskRequest complete;
  complete.set_request_id(ids.Next());
  complete.mutable_attempt()->set_sweep(lease.task().sweep());
  complete.mutable_attempt()->set_task(lease.task().id());
  complete.mutable_attempt()->set_attempt(lease.attempt());
  PLEAT_ASSIGN_OR_RETURN(*complete.mutable_result(), PreparedData(store, lease.folder()));
  v1::CompleteTaskResponse completed;
  grpc::ClientContext completing;
  return FromGrpcStatus(workers.CompleteTask(&completing, complete, &completed));
}

v1::Artifact File(const std::string& path) {
  v1::Artifact file;
  file.set_path(path);
  file.set_size(1 << 20);
  file.set_sha256(std::string(64, 'a'));
  return file;
}

}  // namespace

absl::Status BeginSweep(LoopbackCoordinator& coordinator) {
  const std::shared_ptr<grpc::Channel> channel = coordinator.Connect();
  PLEAT_RETURN_IF_ERROR(Submit(*v1::SweepService::NewStub(channel)));
  return PrepareData(*v1::WorkerService::NewStub(channel), coordinator.store());
}

absl::StatusOr<v1::Lease> TakeFirstTask(v1::WorkerService::Stub& workers, RequestIds& ids,
                                        const std::string& store_uuid) {
  grpc::ClientContext registering, acquiring;
  v1::RegisterRequest group;
  group.set_worker_id(ids.session());
  group.mutable_info()->set_group_size(1);
  group.set_store_uuid(store_uuid);
  v1::RegisterResponse registered;
  PLEAT_RETURN_IF_ERROR(FromGrpcStatus(workers.Register(&registering, group, &registered)));
  v1::AcquireTaskRequest acquire;
  acquire.set_request_id(ids.Next());
  acquire.set_worker_id(ids.session());
  acquire.set_wait_ms(10'000);
  v1::AcquireTaskResponse acquired;
  PLEAT_RETURN_IF_ERROR(FromGrpcStatus(workers.AcquireTask(&acquiring, acquire, &acquired)));
  if (!acquired.has_lease()) return absl::InternalError(acquired.idle_reason());
  return std::move(*acquired.mutable_lease());
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

}  // namespace pleat
