#include "tests/coordinator/core/core_harness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/config/sweep_reader.h"
#include "common/config/trial_config.h"
#include "coordinator/core/invariants.h"

namespace pleat {
namespace {

CoreOptions Options() { return {.store_uuid = "store-1", .store_location = "/store"}; }

v1::TaskResult ResultOf(const v1::Lease& lease) {
  v1::TaskResult result;
  if (lease.task().has_prepare_data()) {
    for (const char* split : {"train", "test"}) {
      v1::DatasetInfo* dataset = result.mutable_prepare_data()->add_datasets();
      dataset->set_split(split);
      dataset->set_rows(100);
    }
  } else if (lease.task().has_train_fold()) {
    const v1::TrainFoldTask& work = lease.task().train_fold();
    result.mutable_train_fold()->mutable_oof()->set_path(lease.folder() + "/oof.npy");
    // Trial 0 is the best.
    result.mutable_train_fold()->mutable_metrics()->set_val_log_loss(
        0.1 * (1 + work.config().trial()) + 0.01 * work.fold());
  } else {
    result.mutable_predict();
  }
  return result;
}

v1::MembersSelected FoldsOfBestTrial(const SelectMembers& effect) {
  v1::MembersSelected members;
  const auto best =
      std::min_element(effect.scores.begin(), effect.scores.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  for (const FoldPrediction& prediction : effect.predictions) {
    if (prediction.trial != best->first) continue;
    v1::Member* member = members.add_members();
    member->set_trial(prediction.trial);
    member->set_fold(prediction.fold);
    member->set_weight(1);
  }
  for (const v1::MissingFold& missing : effect.missing) {
    if (missing.trial() == best->first) *members.add_missing() = missing;
  }
  return members;
}

}  // namespace

v1::SweepSpec SmallSweep(const std::string& name, uint32_t trials, uint32_t folds) {
  std::string values;
  for (uint32_t i = 0; i < trials; ++i) absl::StrAppend(&values, i > 0 ? ", " : "", i + 1, "e-4");
  SweepSource source;
  source.text = absl::StrCat("name: ", name,
                             "\ndata: {train: {synthetic_digits: {samples: 100}}, "
                             "test: {synthetic_digits: {samples: 100, seed: 1}}}\n"
                             "cross_validation: {k_fold: {folds: ",
                             folds,
                             "}}\ntraining: {optimizer: {adam_w: {}}}\nsearch:\n  parameters:\n"
                             "    training.optimizer.adam_w.lr: {values: [",
                             values, "]}\n");
  source.file = "sweep.yaml";
  source.folder = "/data";
  const SweepReading reading = ReadSweep(source);
  EXPECT_TRUE(reading.diagnostics.empty()) << FormatDiagnostics(reading.diagnostics);
  return reading.spec;
}

std::string StateText(const State& state) {
  std::string text =
      absl::StrCat("at ", state.sequence(), " removing ", state.removing().size(), "\n");
  for (const auto& [name, sweep] : state.sweeps()) {
    absl::StrAppend(&text, name, " ", sweep.spec_sha256, " done ", sweep.folds_done, " ended ",
                    sweep.trials_ended, " open ", sweep.open_predictions, " best ",
                    sweep.best_trial.value_or(999), " phase ", sweep.folds.has_value(),
                    sweep.execution.has_value(), sweep.members.has_value(),
                    sweep.ensemble.has_value(), sweep.ended.has_value(), "\n");
    for (const auto& [key, task] : sweep.tasks) {
      absl::StrAppend(&text, "  ", TaskId(key), " ", static_cast<int>(task.phase), " ",
                      task.attempt, " ", task.worker, " ", task.failures, " ", task.message, " ",
                      task.checkpoint.has_value(), task.last_epoch.has_value(), " ",
                      task.result.has_value() ? DeterministicBytes(*task.result) : "", "\n");
    }
    for (const TaskKey& key : sweep.ready) absl::StrAppend(&text, "  ready ", TaskId(key), "\n");
  }
  for (const auto& [worker, task] : state.held()) absl::StrAppend(&text, "held ", worker, "\n");
  state.replies().ForEach([&](const v1::RecordedReply& reply) {
    absl::StrAppend(&text, reply.request_id(), " ", reply.response(), "\n");
  });
  return text;
}

v1::AttemptId AttemptOf(const v1::Lease& lease) {
  v1::AttemptId id;
  id.set_sweep(lease.task().sweep());
  id.set_task(lease.task().id());
  id.set_attempt(lease.attempt());
  return id;
}

CoreHarness::CoreHarness() : core_(std::make_unique<CoordinatorCore>(Options())) {
  Take(core_->Start(now_));
}

void CoreHarness::Take(Outcome outcome) {
  journal.insert(journal.end(), outcome.records.begin(), outcome.records.end());
  mailbox_.insert(mailbox_.end(), outcome.replies.begin(), outcome.replies.end());
  effects.insert(effects.end(), outcome.effects.begin(), outcome.effects.end());
  const absl::Status status = CheckInvariants(core_->state());
  ASSERT_TRUE(status.ok()) << status;
}

void CoreHarness::Send(uint64_t token, const Command& command) {
  Take(core_->Handle(token, command, now_));
}

Reply CoreHarness::Ask(const Command& command) {
  const uint64_t token = ++tokens_;
  Send(token, command);
  return TakeReply(token);
}

Reply CoreHarness::TakeReply(uint64_t token) {
  for (auto reply = mailbox_.begin(); reply != mailbox_.end(); ++reply) {
    if (reply->token != token) continue;
    Reply taken = std::move(*reply);
    mailbox_.erase(reply);
    return taken;
  }
  return {.token = token, .status = absl::UnknownError("no reply yet"), .response = {}};
}

void CoreHarness::RunEffect() {
  const Effect effect = std::move(effects.front());
  effects.pop_front();
  EffectDone done;
  std::visit([&](const auto& e) { done.sweep = e.sweep; }, effect);
  if (const auto* assign = std::get_if<AssignFolds>(&effect)) {
    v1::FoldsAssigned folds;
    const uint32_t count = assign->spec.cross_validation().k_fold().folds();
    for (uint32_t fold = 0; fold < count; ++fold) folds.add_rows(100 / count);
    done.result = folds;
  } else if (const auto* select = std::get_if<SelectMembers>(&effect)) {
    done.result = FoldsOfBestTrial(*select);
  } else if (std::holds_alternative<BuildEnsemble>(effect)) {
    done.result = v1::EnsembleBuilt();
  }
  Send(0, done);
}

void CoreHarness::Restart() {
  auto core = std::make_unique<CoordinatorCore>(Options());
  for (const v1::JournalRecord& record : journal) {
    const absl::Status status = core->Restore(record);
    ASSERT_TRUE(status.ok()) << status;
  }
  ASSERT_EQ(StateText(core->state()), StateText(core_->state()));
  core_ = std::move(core);
  mailbox_.clear();
  effects.clear();
  Take(core_->Start(now_));
}

void CoreHarness::AdvanceMs(int64_t ms) {
  now_.lease_ms += ms;
  now_.unix_ms += ms;
  Send(0, Tick{});
}

absl::Status CoreHarness::Submit(const v1::SweepSpec& spec) {
  v1::SubmitRequest request;
  request.set_request_id(NextId());
  *request.mutable_spec() = spec;
  return Ask(request).status;
}

void CoreHarness::Register(const std::string& worker, uint32_t group_size) {
  v1::RegisterRequest request;
  request.set_worker_id(worker);
  request.mutable_info()->set_group_size(group_size);
  request.mutable_info()->set_fingerprint("f");
  request.set_store_uuid("store-1");
  const Reply reply = Ask(request);
  ASSERT_TRUE(reply.status.ok()) << reply.status;
}

v1::AcquireTaskResponse CoreHarness::Acquire(const std::string& worker) {
  v1::AcquireTaskRequest request;
  request.set_request_id(NextId());
  request.set_worker_id(worker);
  const Reply reply = Ask(request);
  EXPECT_TRUE(reply.status.ok()) << reply.status;
  return std::get<v1::AcquireTaskResponse>(reply.response);
}

absl::Status CoreHarness::Complete(const v1::Lease& lease) {
  v1::CompleteTaskRequest request;
  request.set_request_id(NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  *request.mutable_result() = ResultOf(lease);
  return Ask(request).status;
}

absl::Status CoreHarness::Fail(const v1::Lease& lease, v1::FailureKind kind) {
  v1::FailTaskRequest request;
  request.set_request_id(NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  request.set_kind(kind);
  request.set_message("it broke");
  return Ask(request).status;
}

void CoreHarness::Finish(const std::string& name, const std::string& worker) {
  for (int turn = 0; turn < 10'000 && !sweep(name).ended.has_value(); ++turn) {
    while (!effects.empty()) RunEffect();
    const v1::AcquireTaskResponse task = Acquire(worker);
    if (!task.has_lease()) continue;
    ASSERT_TRUE(Complete(task.lease()).ok());
  }
}

}  // namespace pleat
