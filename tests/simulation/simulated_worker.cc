#include "tests/simulation/simulated_worker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/retry.h"
#include "common/config/trial_config.h"
#include "common/store/store_layout.h"
#include "tests/coordinator/core/core_samples.h"
#include "tests/simulation/simulated_training.h"

namespace pleat::simulation {
namespace {

constexpr uint32_t kPollMs = 10'000;
constexpr int64_t kPollTimeoutMs = 20'000;
constexpr int64_t kHeartbeatTimeoutMs = 5'000;
constexpr int64_t kWaitForSpaceMs = 1'000;
constexpr Backoff kPollBackoff{.initial_ms = 100, .max_ms = 2'000};

bool Stops(const v1::Directive& directive) { return directive.stop(); }

}  // namespace

SimulatedWorker::SimulatedWorker(World& world, CoordinatorHost& host, FailureBudget& failures,
                                 size_t link)
    : world_(world),
      host_(host),
      failures_(failures),
      name_(absl::StrCat("w", link)),
      process_(world.events),
      connection_(world, host, process_, link) {}

// -- Life and death.

void SimulatedWorker::Start() {
  worker_id_ = absl::StrCat(name_, ".", ++lives_);
  connection_.Begin(worker_id_);
  job_.reset();
  ++jobs_;
  poll_id_.reset();
  hang_ms_ = 0;
  Register();
}

void SimulatedWorker::Kill(int64_t down_ms) {
  world_.watchdog.Count("worker killed", worker_id_);
  StartAgain(down_ms);
}

void SimulatedWorker::StartAgain(int64_t down_ms) {
  process_.Kill();
  connection_.Drop();
  process_.After(down_ms, [this] { Start(); });
}

void SimulatedWorker::Leave(int64_t down_ms) {
  world_.watchdog.Count("worker left", worker_id_);
  process_.Kill();
  connection_.Drop();
  const auto go = [this, down_ms] { StartAgain(down_ms); };
  if (job_.has_value()) {
    return Release(std::exchange(job_, std::nullopt)->attempt, /*paused=*/false, go);
  }
  if (!poll_id_.has_value()) return go();
  // The poll that is broken off may have been answered with a lease all the same.
  v1::AcquireTaskRequest request;
  request.set_request_id(*poll_id_);
  request.set_worker_id(worker_id_);
  connection_.Try(request, kPollTimeoutMs,
                  [this, go](const absl::Status& status, const Response& response) {
                    const auto* task = std::get_if<v1::AcquireTaskResponse>(&response);
                    if (!status.ok() || !task->has_lease()) return go();
                    Release(AttemptOf(task->lease()), /*paused=*/false, go);
                  });
}

// -- Getting work.

void SimulatedWorker::Register() {
  v1::RegisterRequest request;
  request.set_worker_id(worker_id_);
  request.mutable_info()->set_host(name_);
  request.mutable_info()->set_group_size(1);
  request.mutable_info()->set_fingerprint("f");
  request.set_store_uuid(CoordinatorHost::Options().store_uuid);
  connection_.Call(request, [this](const absl::Status& status, const Response&) {
    if (!status.ok()) {
      return world_.watchdog.Violate(worker_id_, " was not let in: ", status.message());
    }
    Poll();
  });
}

void SimulatedWorker::Poll() {
  if (!poll_id_.has_value()) poll_id_ = connection_.NextRequestId();
  v1::AcquireTaskRequest request;
  request.set_request_id(*poll_id_);
  request.set_worker_id(worker_id_);
  request.set_wait_ms(kPollMs);
  connection_.Try(request, kPollTimeoutMs,
                  [this](const absl::Status& status, const Response& response) {
                    HearLease(status, response);
                  });
}

void SimulatedWorker::HearLease(const absl::Status& status, const Response& response) {
  // A restarted coordinator does not know its workers.
  if (absl::IsNotFound(status)) return Register();
  if (!status.ok()) {
    process_.After(BackoffMs(kPollBackoff, poll_failures_++, lives_), [this] { Poll(); });
    return;
  }
  poll_failures_ = 0;
  poll_id_.reset();
  const auto& task = std::get<v1::AcquireTaskResponse>(response);
  if (!task.has_lease()) return Poll();
  Begin(task.lease());
}

void SimulatedWorker::Begin(const v1::Lease& lease) {
  job_ = Job{.lease = lease, .attempt = AttemptOf(lease), .folder = lease.folder()};
  ++jobs_;
  world_.watchdog.Trace(worker_id_, " begins ", lease.task().id(), " attempt ", lease.attempt());
  Beat(jobs_);
  if (lease.task().has_prepare_data()) return PrepareData();
  if (lease.task().has_predict()) return Predict();
  BeginFold();
}

void SimulatedWorker::Beat(uint64_t job) {
  process_.After(CoordinatorHost::Options().heartbeat_interval_ms, [this, job] {
    if (job != jobs_ || !job_.has_value() || job_->is_over) return;
    v1::HeartbeatRequest request;
    request.set_worker_id(worker_id_);
    *request.mutable_attempt() = job_->attempt;
    request.mutable_progress()->set_epoch(job_->epoch);
    if (!job_->hangs) {
      request.mutable_progress()->set_step((world_.events.now_ms() - job_->begun_ms) / 100);
    }
    connection_.Try(request, kHeartbeatTimeoutMs,
                    [this, job](const absl::Status& status, const Response& response) {
                      if (job != jobs_ || !job_.has_value()) return;
                      const auto* heard = std::get_if<v1::HeartbeatResponse>(&response);
                      job_->is_over |=
                          IsStale(status) || (status.ok() && Stops(heard->directive()));
                      Beat(job);
                    });
  });
}

// -- Work.

void SimulatedWorker::WorkFor(int64_t ms, EventQueue::Event next) {
  job_->begun_ms = world_.events.now_ms();
  const int64_t hang_ms = std::exchange(hang_ms_, 0);
  if (hang_ms > 0) {
    world_.watchdog.Count("worker hung", worker_id_);
    job_->hangs = true;
  }
  process_.After(ms + hang_ms, [this, next = std::move(next)] {
    job_->hangs = false;
    if (job_->is_over) return End();
    const auto kind = std::exchange(fail_next_, std::nullopt);
    if (kind.has_value() && failures_.Take(job_->attempt.sweep(), job_->attempt.task())) {
      return Fail(*kind);
    }
    next();
  });
}

void SimulatedWorker::Write(const std::string& name, uint64_t content,
                            std::function<void(const v1::Artifact&)> next) {
  const auto artifact = world_.store.Write(absl::StrCat(job_->folder, "/", name), content);
  if (artifact.ok()) return next(*artifact);
  if (!absl::IsResourceExhausted(artifact.status())) {
    return world_.watchdog.Violate(worker_id_, " cannot write: ", artifact.status().message());
  }
  world_.watchdog.Count("worker waits for space");
  WorkFor(kWaitForSpaceMs, [this, name, content, next = std::move(next)]() mutable {
    Write(name, content, std::move(next));
  });
}

void SimulatedWorker::PrepareData() {
  WorkFor(world_.dice.Between(100, 2'000), [this] {
    Write("labels.npy", 5, [this](const v1::Artifact& labels) {
      v1::TaskResult result = SampleResult(job_->lease);
      for (auto& dataset : *result.mutable_prepare_data()->mutable_datasets()) {
        *dataset.mutable_labels() = labels;
      }
      Complete(std::move(result));
    });
  });
}

void SimulatedWorker::BeginFold() {
  job_->weights = InitialWeights(fold().config(), fold().fold());
  if (!fold().has_resume_from()) return TrainEpoch();
  GoOnFrom(fold().resume_from());
}

void SimulatedWorker::GoOnFrom(const v1::Checkpoint& checkpoint) {
  const v1::Artifact& weights = checkpoint.weights();
  if (world_.dice.Chance(world_.damages) &&
      world_.store.Damage(weights.path(), static_cast<int>(world_.dice.Below(64)))) {
    world_.watchdog.Count("checkpoint damaged", weights.path());
  }
  const auto content = world_.store.Read(weights);
  // A stale attempt may find that it was collected; of a live one the audit looks whether it is.
  if (!content.ok()) return Quarantine(checkpoint);
  world_.watchdog.Count("fold went on from a checkpoint");
  job_->weights = *content;
  job_->epoch = checkpoint.epoch();
  TrainEpoch();
}

void SimulatedWorker::Quarantine(const v1::Checkpoint& checkpoint) {
  v1::QuarantineCheckpointRequest request;
  request.set_request_id(connection_.NextRequestId());
  *request.mutable_attempt() = job_->attempt;
  *request.mutable_checkpoint() = checkpoint;
  request.set_message("a bit has flipped");
  connection_.Call(request, [this](const absl::Status& status, const Response& response) {
    if (!status.ok()) return End();
    const auto& answer = std::get<v1::QuarantineCheckpointResponse>(response);
    world_.watchdog.Count(answer.has_resume_from() ? "fold went back one checkpoint"
                                                   : "fold began again");
    if (!answer.has_resume_from()) return TrainEpoch();
    GoOnFrom(v1::Checkpoint(answer.resume_from()));
  });
}

void SimulatedWorker::TrainEpoch() {
  if (job_->epoch >= EpochCount(fold().config().training())) return CompleteFold();
  WorkFor(epoch_ms_, [this] {
    job_->weights = WeightsAfter(job_->weights, ++job_->epoch);
    v1::ReportEpochRequest request;
    request.set_request_id(connection_.NextRequestId());
    *request.mutable_attempt() = job_->attempt;
    *request.mutable_metrics() =
        MetricsOfWeights(fold().config(), fold().fold(), job_->epoch, job_->weights);
    connection_.Call(request, [this](const absl::Status& status, const Response& response) {
      if (!status.ok()) return End();
      const v1::Directive& directive = std::get<v1::ReportEpochResponse>(response).directive();
      if (directive.stop()) return End();
      job_->pauses = directive.pause();
      Checkpoint();
    });
  });
}

void SimulatedWorker::Checkpoint() {
  Write(absl::StrCat("checkpoint_", job_->epoch), job_->weights,
        [this](const v1::Artifact& weights) {
          v1::PublishCheckpointRequest request;
          request.set_request_id(connection_.NextRequestId());
          *request.mutable_attempt() = job_->attempt;
          request.mutable_checkpoint()->set_epoch(job_->epoch);
          *request.mutable_checkpoint()->mutable_weights() = weights;
          connection_.Call(request, [this](const absl::Status& status, const Response&) {
            if (!status.ok()) return End();
            if (!job_->pauses) return TrainEpoch();
            world_.watchdog.Count("fold paused");
            Release(job_->attempt, /*paused=*/true, [this] { End(); });
          });
        });
}

void SimulatedWorker::Miscompute() {
  const v1::AttemptId& attempt = job_->attempt;
  if (!miscomputes_next_) return;
  const uint64_t flip = failures_.TakeFlip(attempt.sweep(), attempt.task());
  if (flip == 0) return;
  miscomputes_next_ = false;
  world_.watchdog.Count("fold miscomputed", attempt.task());
  job_->weights ^= flip;
}

void SimulatedWorker::CompleteFold() {
  Miscompute();
  Write("weights", job_->weights, [this](const v1::Artifact& weights) {
    Write("oof.npy", ~job_->weights, [this, weights](const v1::Artifact& oof) {
      v1::TaskResult result;
      v1::TrainFoldResult& trained = *result.mutable_train_fold();
      trained.mutable_checkpoint()->set_epoch(job_->epoch);
      *trained.mutable_checkpoint()->mutable_weights() = weights;
      *trained.mutable_oof() = oof;
      *trained.mutable_metrics() =
          MetricsOfWeights(fold().config(), fold().fold(), job_->epoch, job_->weights);
      Complete(std::move(result));
    });
  });
}

void SimulatedWorker::Predict() {
  WorkFor(world_.dice.Between(100, 2'000), [this] {
    const v1::PredictTask& task = job_->lease.task().predict();
    const auto weights = world_.store.Read(task.weights());
    if (!weights.ok()) {
      return world_.watchdog.Violate("weights of a member: ", weights.status().message());
    }
    Write("predictions.npy", MixKeys(*weights, task.views_size()),
          [this](const v1::Artifact& prediction) {
            v1::TaskResult result;
            *result.mutable_predict()->add_predictions()->mutable_prediction() = prediction;
            Complete(std::move(result));
          });
  });
}

// -- How attempts end.

void SimulatedWorker::Complete(v1::TaskResult result) {
  v1::CompleteTaskRequest request;
  request.set_request_id(connection_.NextRequestId());
  *request.mutable_attempt() = job_->attempt;
  *request.mutable_result() = std::move(result);
  connection_.Call(request, [this](const absl::Status& status, const Response&) {
    if (!status.ok() && !IsStale(status)) {
      world_.watchdog.Violate("a result was refused: ", status.message());
    }
    if (!status.ok()) world_.watchdog.Count("stale result refused", job_->attempt.task());
    End();
  });
}

void SimulatedWorker::Fail(v1::FailureKind kind) {
  world_.watchdog.Count("work failed", job_->attempt.task());
  v1::FailTaskRequest request;
  request.set_request_id(connection_.NextRequestId());
  *request.mutable_attempt() = job_->attempt;
  request.set_kind(kind);
  request.set_message("as the dice fell");
  connection_.Call(request, [this](const absl::Status&, const Response&) { End(); });
}

void SimulatedWorker::Release(const v1::AttemptId& attempt, bool paused, EventQueue::Event next) {
  v1::FailTaskRequest request;
  request.set_request_id(connection_.NextRequestId());
  *request.mutable_attempt() = attempt;
  request.set_released(true);
  request.set_paused(paused);
  connection_.Call(request,
                   [next = std::move(next)](const absl::Status&, const Response&) { next(); });
}

void SimulatedWorker::End() {
  job_.reset();
  ++jobs_;
  Poll();
}

}  // namespace pleat::simulation
