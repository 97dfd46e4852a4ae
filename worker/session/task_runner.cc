#include "worker/session/task_runner.h"

#include <exception>
#include <new>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/folds/folds_file.h"
#include "common/store/npy.h"
#include "worker/distributed/group_status.h"
#include "worker/predict/predictor.h"
#include "worker/session/failure_kind.h"
#include "worker/session/lease_observer.h"
#include "worker/session/patient_store.h"
#include "worker/session/publish_dataset.h"
#include "worker/train/fold_trainer.h"
#include "worker/train/threads.h"

namespace pleat {
namespace {

// For the last word about a task that hangs.
constexpr int64_t kHungReleaseMs = 3'000;

// A rank that is gone says nothing of the task, which another group may well finish.
bool IsLostRank(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status) || absl::IsAborted(status);
}

std::vector<int64_t> AllRows(const Dataset& dataset) {
  std::vector<int64_t> rows(dataset.rows);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace

v1::AttemptId AttemptOf(const v1::Lease& lease) {
  v1::AttemptId id;
  id.set_sweep(lease.task().sweep());
  id.set_task(lease.task().id());
  id.set_attempt(lease.attempt());
  return id;
}

TaskRunner::TaskRunner(Group& group, Store& store, CoordinatorClient* client,
                       const std::atomic<bool>& leaving, Options options)
    : group_(group),
      store_(store),
      client_(client),
      leaving_(leaving),
      options_(options),
      data_(options.data_root) {}

absl::Status TaskRunner::Run(const v1::Lease& lease) {
  if (client_ == nullptr) {
    FollowingObserver following(leaving_);
    (void)Work(lease, store_, following);
    const absl::Status health = Health(group_);
    return health.ok() ? RunOnRankZero(group_, nullptr) : LeaveGroup(group_, health);
  }
  {
    std::lock_guard lock(mutex_);
    attempt_ = AttemptOf(lease);
  }
  LeaseKeeper keeper(
      *client_, AttemptOf(lease), heartbeat_interval_ms_,
      {.timeout_ms = options_.progress_timeout_ms, .on_hang = [this] { EndHungTask(); }});
  LeaseObserver observer(*client_, keeper, leaving_);
  PatientStore store(
      store_, [&](const std::string& reason) { keeper.SetWait(reason); },
      [&] { return observer.KeepGoing(); });
  const absl::StatusOr<v1::TaskResult> result = Work(lease, store, observer);
  const auto report = [&] {
    Report(lease.task(), result, keeper, observer.pause_reason());
    const bool is_own_choice = keeper.over() || leaving_ || !observer.pause_reason().empty();
    return absl::IsCancelled(result.status()) && !is_own_choice ? result.status()
                                                                : absl::OkStatus();
  };
  // What broke a group is told before the group ends.
  absl::Status health = Health(group_);
  if (health.ok()) {
    health = RunOnRankZero(group_, report);
  } else {
    (void)report();
    health = LeaveGroup(group_, health);
  }
  std::lock_guard lock(mutex_);
  attempt_.reset();
  return health;
}

void TaskRunner::EndHungTask() {
  ReleaseNow(kHungReleaseMs, absl::StrCat("it did not move for ", options_.progress_timeout_ms,
                                          " ms, so its worker ended"));
  options_.on_hang();
}

void TaskRunner::ReleaseNow(int64_t limit_ms, const std::string& reason) {
  std::lock_guard lock(mutex_);
  if (client_ == nullptr || !attempt_.has_value()) return;
  client_->Leave(limit_ms);
  (void)client_->ReleaseTask(*attempt_, reason);
}

absl::StatusOr<v1::TaskResult> TaskRunner::Work(const v1::Lease& lease, Store& store,
                                                TrainingObserver& observer) try {
  const KeepGoing keep_going = [&] { return observer.KeepGoing(); };
  if (lease.task().has_prepare_data()) return PrepareData(lease, store, keep_going);
  if (lease.task().has_train_fold()) return TrainFold(lease, store, observer);
  if (lease.task().has_predict()) return Predict(lease, store, keep_going);
  return absl::UnimplementedError(
      absl::StrCat("task ", lease.task().id(),
                   " is of a kind that this worker does not know: update the worker"));
} catch (const std::bad_alloc&) {
  return LeaveGroup(
      group_, absl::ResourceExhaustedError(absl::StrCat("out of memory in ", lease.task().id(),
                                                        " of sweep ", lease.task().sweep())));
} catch (const std::exception& error) {
  return LeaveGroup(group_, absl::InternalError(absl::StrCat(lease.task().id(), " of sweep ",
                                                             lease.task().sweep(),
                                                             " ended with: ", error.what())));
}

absl::StatusOr<v1::TaskResult> TaskRunner::PrepareData(const v1::Lease& lease, Store& store,
                                                       const KeepGoing& keep_going) {
  const v1::PrepareDataTask& task = lease.task().prepare_data();
  v1::TaskResult result;
  const auto prepare = [&]() -> absl::Status {
    PLEAT_ASSIGN_OR_RETURN(const std::shared_ptr<const SweepData> data,
                           data_.Read(task.data(), task.predefined(), keep_going));
    PLEAT_RETURN_IF_ERROR(FailPoint("worker.prepare.data_are_read"));
    for (const auto& [split, dataset] : data->splits) {
      PLEAT_RETURN_IF_ERROR(keep_going());
      PLEAT_RETURN_IF_ERROR(FailPoint("worker.prepare.before_dataset"));
      PLEAT_ASSIGN_OR_RETURN(*result.mutable_prepare_data()->add_datasets(),
                             PublishDataset(store, lease.folder(), split, dataset, *data));
    }
    return absl::OkStatus();
  };
  // One reader is enough; the others read when they train.
  PLEAT_RETURN_IF_ERROR(RunOnRankZero(group_, prepare));
  return result;
}

absl::StatusOr<v1::TaskResult> TaskRunner::TrainFold(const v1::Lease& lease, Store& store,
                                                     TrainingObserver& observer) {
  FoldJob job;
  job.task = lease.task().train_fold();
  job.folder = lease.folder();
  job.device = options_.device;
  std::shared_ptr<const SweepData> data;
  const auto load = [&]() -> absl::Status {
    PLEAT_ASSIGN_OR_RETURN(
        data, data_.GetChecked(job.task.data(), job.task.predefined(), job.task.datasets(),
                               [&] { return observer.KeepGoing(); }));
    PLEAT_RETURN_IF_ERROR(FailPoint("worker.train.data_are_read"));
    job.dataset = data->find("train");
    job.classes = data->classes;
    job.scale = data->scale;
    PLEAT_ASSIGN_OR_RETURN(job.folds, ReadFolds(store, job.task.folds(), job.dataset->rows));
    return absl::OkStatus();
  };
  PLEAT_RETURN_IF_ERROR(AgreeOnStatus(group_, load()));

  v1::TaskResult result;
  PLEAT_ASSIGN_OR_RETURN(*result.mutable_train_fold(),
                         pleat::TrainFold(job, group_, store, observer));
  return result;
}

absl::StatusOr<v1::TaskResult> TaskRunner::Predict(const v1::Lease& lease, Store& store,
                                                   const KeepGoing& keep_going) {
  const v1::PredictTask& task = lease.task().predict();
  std::shared_ptr<const SweepData> data;
  FoldAssignment folds;
  std::string weights;
  const auto load = [&]() -> absl::Status {
    PLEAT_ASSIGN_OR_RETURN(
        data, data_.GetChecked(task.data(), task.predefined(), task.datasets(), keep_going));
    PLEAT_ASSIGN_OR_RETURN(folds, ReadFolds(store, task.folds(), data->find("train")->rows));
    PLEAT_ASSIGN_OR_RETURN(weights, store.Read(task.weights()));
    return FailPoint("worker.predict.weights_are_read");
  };
  PLEAT_RETURN_IF_ERROR(AgreeOnStatus(group_, load()));
  SetThreads(task.threads());

  const Dataset& train = *data->find("train");
  PredictorSpec spec;
  spec.config = task.config();
  spec.weights = weights;
  spec.channels = train.channels;
  spec.height = train.height;
  spec.width = train.width;
  spec.classes = data->classes;
  spec.scale = data->scale;
  spec.views.assign(task.views().begin(), task.views().end());
  spec.blend = ParseBlend(task.blend());
  spec.device = options_.device;

  v1::TaskResult result;
  const auto predict = [&](const std::string& split, const Dataset& dataset,
                           const std::vector<int64_t>& rows,
                           const std::string& file) -> absl::Status {
    absl::StatusOr<std::vector<float>> prediction =
        pleat::Predict(spec, dataset, rows, group_, keep_going);
    if (absl::IsInvalidArgument(prediction.status())) {
      // The configuration was trained and the data were checked: the stored weights do not fit
      // them.
      return absl::DataLossError(
          absl::StrCat(task.weights().path(), ": ", std::string(prediction.status().message())));
    }
    PLEAT_RETURN_IF_ERROR(prediction.status());
    v1::SplitPrediction* out = result.mutable_predict()->add_predictions();
    out->set_split(split);
    return RunOnRankZero(group_, [&]() -> absl::Status {
      const uint64_t shape[] = {rows.size(), spec.classes};
      PLEAT_ASSIGN_OR_RETURN(*out->mutable_prediction(),
                             store.Write(absl::StrCat(lease.folder(), "/", file),
                                         EncodeNpy<float>(shape, *prediction)));
      return FailPoint("worker.predict.after_file");
    });
  };
  for (const std::string& split : task.splits()) {
    const Dataset* dataset = data->find(split);
    if (dataset == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("the sweep has no data set ", split));
    }
    PLEAT_RETURN_IF_ERROR(predict(split, *dataset, AllRows(*dataset), split + ".npy"));
  }
  if (task.out_of_fold()) {
    PLEAT_RETURN_IF_ERROR(predict("oof", train, folds.ValidationRows(task.fold()), "oof_tta.npy"));
  }
  return result;
}

void TaskRunner::Report(const v1::Task& task, const absl::StatusOr<v1::TaskResult>& result,
                        LeaseKeeper& keeper, const std::string& pause_reason) {
  if (keeper.over()) {
    Log(LogLevel::kInfo, "attempt is over", {{"task", task.id()}, {"reason", keeper.reason()}});
    return;
  }
  absl::Status reported;
  if (result.ok()) {
    reported = client_->CompleteTask(keeper.attempt(), *result);
    if (IsRefused(reported)) {
      // As a failure it is counted: else the same result would be worked out for ever.
      reported = client_->FailTask(
          keeper.attempt(), v1::FAILURE_KIND_INTERNAL,
          absl::StrCat("the coordinator refused the result: ", reported.ToString()));
    }
  } else if (absl::IsCancelled(result.status()) && !leaving_ && !pause_reason.empty()) {
    reported = client_->ReleaseTask(keeper.attempt(), pause_reason, /*paused=*/true);
  } else if (absl::IsCancelled(result.status()) || IsLostRank(result.status())) {
    reported = client_->ReleaseTask(keeper.attempt(), std::string(result.status().message()));
  } else {
    Log(LogLevel::kWarning, "task failed",
        {{"task", task.id()}, {"error", result.status().message()}});
    reported = client_->FailTask(keeper.attempt(), FailureKindOf(result.status()),
                                 std::string(result.status().message()));
  }
  if (!reported.ok()) {
    Log(LogLevel::kWarning, "result was not accepted",
        {{"task", task.id()}, {"error", reported.message()}});
  }
}

}  // namespace pleat
