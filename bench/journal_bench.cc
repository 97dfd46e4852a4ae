// How long a coordinator takes to start with a long journal.
//
// Makes a journal of many records as training makes them (leases, epochs, checkpoints, results), by
// the coordinator's own core and in real transactions, then starts from it: by a replay of all
// records, and from a snapshot with no records after it, and with as many as there may be.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_reader.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/journal/journal.h"
#include "coordinator/journal/snapshot_file.h"

namespace pleat {
namespace {

constexpr double kStartTargetSeconds = 2;
constexpr uint64_t kSnapshotEvery = 100'000;
constexpr uint32_t kFolds = 5;
constexpr uint32_t kTrials = 400;
constexpr uint32_t kEpochs = 30;
constexpr uint32_t kCheckpointEvery = 5;

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

v1::SweepSpec LongSweep(int number) {
  SweepSource source;
  source.file = "bench.yaml";
  source.folder = "/";
  source.text =
      absl::StrCat("name: bench", number,
                   "\ndata: {train: {synthetic_digits: {samples: 1000}}}\n"
                   "cross_validation: {k_fold: {folds: ",
                   kFolds,
                   "}}\n"
                   "training: {epochs: ",
                   kEpochs,
                   ", optimizer: {adam_w: {}}}\n"
                   "search:\n  method: {random: {}}\n  max_trials: ",
                   kTrials,
                   "\n  parameters:\n"
                   "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: 1.0e-2}}\n"
                   "resources: {max_concurrent_trials: 8}\n");
  return ReadSweep(source).spec;
}

v1::Artifact File(const std::string& path) {
  v1::Artifact file;
  file.set_path(path);
  file.set_size(1 << 20);
  file.set_sha256(std::string(64, 'a'));
  return file;
}

v1::Checkpoint CheckpointOf(const v1::Lease& lease, uint32_t epoch) {
  const std::string folder = absl::StrCat(lease.folder(), "/checkpoint_", epoch * 100);
  v1::Checkpoint checkpoint;
  checkpoint.set_epoch(epoch);
  checkpoint.set_global_step(epoch * 100);
  *checkpoint.mutable_weights() = File(folder + "/weights.safetensors");
  *checkpoint.mutable_optimizer() = File(folder + "/optimizer.safetensors");
  *checkpoint.mutable_state() = File(folder + "/state.json");
  return checkpoint;
}

v1::EpochMetrics MetricsOf(uint32_t epoch) {
  v1::EpochMetrics metrics;
  metrics.set_epoch(epoch);
  metrics.set_lr(1e-3);
  metrics.set_train_loss(0.5 / epoch);
  metrics.set_train_accuracy(0.9);
  metrics.set_val_loss(0.6 / epoch);
  metrics.set_val_accuracy(0.9);
  metrics.set_val_log_loss(0.6 / epoch);
  metrics.set_seconds(10.5);
  metrics.set_rows_per_second(1234.5);
  for (v1::ClassMetrics* classes : {metrics.mutable_train(), metrics.mutable_validation()}) {
    classes->set_log_loss(0.5 / epoch);
    classes->set_macro_f1(0.91);
    classes->set_macro_precision(0.92);
    classes->set_macro_recall(0.93);
    classes->set_cell_precision(0.94);
    classes->set_cell_recall(0.95);
    classes->set_ece(0.01);
  }
  return metrics;
}

v1::TaskResult ResultOf(const v1::Lease& lease) {
  v1::TaskResult result;
  if (lease.task().has_prepare_data()) {
    v1::DatasetInfo& train = *result.mutable_prepare_data()->add_datasets();
    train.set_split("train");
    train.set_rows(1000);
    return result;
  }
  v1::TrainFoldResult& fold = *result.mutable_train_fold();
  *fold.mutable_checkpoint() = CheckpointOf(lease, kEpochs);
  *fold.mutable_oof() = File(lease.folder() + "/oof.npy");
  *fold.mutable_epochs() = File(lease.folder() + "/epochs.csv");
  *fold.mutable_metrics() = MetricsOf(kEpochs);
  return result;
}

// Drives the core as workers would, one task after another.
class JournalMaker {
 public:
  JournalMaker(CoordinatorCore& core, Journal& journal) : core_(core), journal_(journal) {}

  absl::Status Fill(uint64_t records) {
    PLEAT_RETURN_IF_ERROR(Take(core_.Start(Time())));
    v1::RegisterRequest worker;
    worker.set_worker_id("worker");
    worker.set_store_uuid("bench");
    worker.mutable_info()->set_group_size(1);
    PLEAT_RETURN_IF_ERROR(Send(worker));
    while (core_.state().sequence() < records) {
      v1::AcquireTaskRequest request;
      request.set_request_id(NextId());
      request.set_worker_id("worker");
      PLEAT_RETURN_IF_ERROR(Send(request));
      if (lease_.has_value()) {
        const v1::Lease lease = *lease_;  // what follows brings others
        PLEAT_RETURN_IF_ERROR(Train(lease));
      } else {
        PLEAT_RETURN_IF_ERROR(Submit());
      }
    }
    return Flush();
  }

 private:
  Now Time() { return {.lease_ms = ++now_ms_, .unix_ms = 1'700'000'000'000 + now_ms_}; }
  std::string NextId() { return absl::StrCat("0123456789abcdef/", ++requests_); }

  absl::Status Submit() {
    v1::SubmitRequest request;
    request.set_request_id(NextId());
    *request.mutable_spec() = LongSweep(++sweeps_);
    return Send(request);
  }

  absl::Status Train(const v1::Lease& lease) {
    v1::AttemptId attempt;
    attempt.set_sweep(lease.task().sweep());
    attempt.set_task(lease.task().id());
    attempt.set_attempt(lease.attempt());
    const uint32_t epochs = lease.task().has_train_fold() ? kEpochs : 0;
    for (uint32_t epoch = 1; epoch <= epochs; ++epoch) {
      v1::ReportEpochRequest report;
      report.set_request_id(NextId());
      *report.mutable_attempt() = attempt;
      *report.mutable_metrics() = MetricsOf(epoch);
      PLEAT_RETURN_IF_ERROR(Send(report));
      if (epoch % kCheckpointEvery != 0) continue;
      v1::PublishCheckpointRequest publish;
      publish.set_request_id(NextId());
      *publish.mutable_attempt() = attempt;
      *publish.mutable_checkpoint() = CheckpointOf(lease, epoch);
      PLEAT_RETURN_IF_ERROR(Send(publish));
    }
    v1::CompleteTaskRequest complete;
    complete.set_request_id(NextId());
    *complete.mutable_attempt() = attempt;
    *complete.mutable_result() = ResultOf(lease);
    return Send(complete);
  }

  absl::Status Send(const Command& command) { return Take(core_.Handle(1, command, Time())); }

  absl::Status Take(Outcome outcome) {
    lease_.reset();
    for (const Reply& reply : outcome.replies) {
      PLEAT_RETURN_IF_ERROR(reply.status);
      const auto* task = std::get_if<v1::AcquireTaskResponse>(&reply.response);
      if (task != nullptr && task->has_lease()) lease_ = task->lease();
    }
    std::ranges::move(outcome.records, std::back_inserter(records_));
    if (records_.size() > 1000) PLEAT_RETURN_IF_ERROR(Flush());
    for (const Effect& effect : outcome.effects) PLEAT_RETURN_IF_ERROR(End(effect));
    return absl::OkStatus();
  }

  // Of the sweeps' effects only the first is needed: the others come when the trials have ended.
  absl::Status End(const Effect& effect) {
    EffectDone done;
    std::visit([&](const auto& e) { done.sweep = e.sweep; }, effect);
    if (std::holds_alternative<AssignFolds>(effect)) {
      v1::FoldsAssigned folds;
      for (uint32_t fold = 0; fold < kFolds; ++fold) folds.add_rows(1000 / kFolds);
      done.result = folds;
    } else if (const auto* select = std::get_if<SelectMembers>(&effect)) {
      v1::MembersSelected members;
      v1::Member& member = *members.add_members();
      member.set_trial(select->predictions.front().trial);
      member.set_fold(select->predictions.front().fold);
      member.set_weight(1);
      done.result = members;
    } else if (const auto* build = std::get_if<BuildEnsemble>(&effect)) {
      v1::EnsembleBuilt built;
      built.set_version(build->version);
      done.result = built;
    }
    const std::optional<v1::Lease> lease = lease_;
    PLEAT_RETURN_IF_ERROR(Send(done));
    lease_ = lease;
    return absl::OkStatus();
  }

  absl::Status Flush() {
    PLEAT_RETURN_IF_ERROR(journal_.Commit(records_));
    records_.clear();
    return absl::OkStatus();
  }

  CoordinatorCore& core_;
  Journal& journal_;
  int64_t now_ms_ = 0;
  uint64_t requests_ = 0;
  int sweeps_ = 0;
  std::optional<v1::Lease> lease_;
  std::vector<v1::JournalRecord> records_;
};

CoreOptions Options() {
  CoreOptions options;
  options.store_uuid = "bench";
  return options;
}

// Until the coordinator could serve.
absl::StatusOr<double> StartSeconds(const std::string& folder, const v1::SnapshotTaken* taken) {
  const auto begin = std::chrono::steady_clock::now();
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<Journal> journal, OpenSqliteJournal(folder));
  CoordinatorCore core(Options());
  if (taken != nullptr) {
    PLEAT_ASSIGN_OR_RETURN(const v1::StateSnapshot snapshot, ReadSnapshot(folder, *taken));
    PLEAT_RETURN_IF_ERROR(
        core.Load(snapshot, [&](uint64_t sequence) { return journal->Has(sequence); }));
  }
  PLEAT_RETURN_IF_ERROR(
      journal->ReplayFrom(core.state().sequence() + 1,
                          [&](const v1::JournalRecord& record) { return core.Restore(record); }));
  core.Start({.lease_ms = 1, .unix_ms = 1'800'000'000'000});
  return SecondsSince(begin);
}

// The state after so many records.
absl::StatusOr<v1::StateSnapshot> SnapshotAt(const std::string& folder, uint64_t through) {
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<Journal> journal, OpenSqliteJournal(folder));
  State state{ReplyLimits()};
  const absl::Status status = journal->Replay([&](const v1::JournalRecord& record) {
    if (record.sequence() > through) return absl::CancelledError("enough");
    return state.Apply(record);
  });
  if (!status.ok() && !absl::IsCancelled(status)) return status;
  return state.Snapshot();
}

absl::Status Run(uint64_t records, const std::string& folder) {
  const auto begin = std::chrono::steady_clock::now();
  {
    PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<Journal> journal, OpenSqliteJournal(folder));
    CoordinatorCore core(Options());
    PLEAT_RETURN_IF_ERROR(JournalMaker(core, *journal).Fill(records));
  }
  const auto size = std::filesystem::file_size(folder + "/journal.db");
  std::printf("journal          %llu records, %.0f MiB, made in %.1f s\n",
              static_cast<unsigned long long>(records), static_cast<double>(size) / (1 << 20),
              SecondsSince(begin));
  PLEAT_ASSIGN_OR_RETURN(const double replay, StartSeconds(folder, nullptr));
  std::printf("start by replay  %.2f s\n", replay);
  double worst = 0;
  for (const uint64_t tail : {uint64_t{0}, 2 * kSnapshotEvery}) {
    PLEAT_ASSIGN_OR_RETURN(const v1::StateSnapshot snapshot,
                           SnapshotAt(folder, records - std::min(tail, records - 1)));
    const auto write = std::chrono::steady_clock::now();
    PLEAT_ASSIGN_OR_RETURN(const v1::SnapshotTaken taken, WriteSnapshot(folder, snapshot));
    const double write_seconds = SecondsSince(write);
    PLEAT_ASSIGN_OR_RETURN(const double seconds, StartSeconds(folder, &taken));
    std::printf(
        "from a snapshot  %.2f s with %llu records after it (%.1f MiB, written in %.2f s)\n",
        seconds, static_cast<unsigned long long>(tail),
        static_cast<double>(taken.size()) / (1 << 20), write_seconds);
    worst = std::max(worst, seconds);
  }
  if (worst <= kStartTargetSeconds) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the target is missed: at most ", kStartTargetSeconds, " s from a snapshot"));
}

int Main(int argc, char** argv) {
  CLI::App app("Starts of a coordinator with a long journal.");
  uint64_t records = 1'000'000;
  app.add_option("--records", records, "records of the journal")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::string folder = (std::filesystem::temp_directory_path() / "pleat_bench_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const absl::Status status = Run(records, folder);
  std::filesystem::remove_all(folder);
  if (!status.ok()) std::cerr << status.message() << std::endl;
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) { return pleat::Main(argc, argv); }
