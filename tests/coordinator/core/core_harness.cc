#include "tests/coordinator/core/core_harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "common/config/trial_config.h"
#include "coordinator/core/invariants.h"

namespace pleat {

CoreHarness::CoreHarness(CoreOptions options)
    : options_(std::move(options)), core_(std::make_unique<CoordinatorCore>(options_)) {
  Take(core_->Start(now_));
}

void CoreHarness::Take(Outcome outcome) {
  for (v1::JournalRecord& record : outcome.records) {
    if (record.has_sweep_removed() || record.has_study_removed()) {
      has_dropped_records_ = true;
      std::erase_if(journal, [&](const auto& other) {
        return other.sweep() == record.sweep() && other.study() == record.study();
      });
    }
    journal.push_back(std::move(record));
  }
  mailbox_.insert(mailbox_.end(), outcome.replies.begin(), outcome.replies.end());
  std::vector<EffectDone> suggested;
  for (const Effect& effect : outcome.effects) {
    if (std::holds_alternative<SuggestTrial>(effect) && suggests_at_once) {
      suggested.push_back(SampleDone(effect));
    } else {
      effects.push_back(effect);
    }
  }
  suggestions.insert(suggestions.end(), outcome.suggestions.begin(), outcome.suggestions.end());
  std::vector<CollectGarbage> collected;
  for (const CollectGarbage& plan : outcome.collections) {
    (collects_at_once ? collected : collections).push_back(plan);
  }
  const absl::Status status = CheckInvariants(core_->state());
  ASSERT_TRUE(status.ok()) << status;
  for (const EffectDone& done : suggested) Send(0, done);
  for (const CollectGarbage& plan : collected) {
    Send(0, CollectionDone{.sweep = plan.sweep, .status = {}, .collected = plan.collected});
  }
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
  const EffectDone done = SampleDone(effects.front());
  effects.pop_front();
  Send(0, done);
}

void CoreHarness::FailEffect(const absl::Status& error) {
  EffectDone done{.sweep = SampleDone(effects.front()).sweep, .status = error, .result = {}};
  effects.pop_front();
  Send(0, done);
}

void CoreHarness::RunSuggestion() {
  const StudySuggested suggested = pleat::RunSuggestion(suggestions.front());
  suggestions.pop_front();
  Send(0, suggested);
}

std::unique_ptr<CoordinatorCore> CoreHarness::Replayed(const v1::StateSnapshot* snapshot) {
  auto core = std::make_unique<CoordinatorCore>(options_);
  const auto has_record = [this](uint64_t sequence) {
    return std::ranges::any_of(journal, [sequence](const v1::JournalRecord& record) {
      return record.sequence() == sequence;
    });
  };
  if (snapshot != nullptr) {
    const absl::Status status = core->Load(*snapshot, has_record);
    EXPECT_TRUE(status.ok()) << status;
  }
  const uint64_t begin = core->state().sequence();
  for (const v1::JournalRecord& record : journal) {
    if (record.sequence() <= begin) continue;
    const absl::Status status = core->Restore(record);
    EXPECT_TRUE(status.ok()) << status;
  }
  return core;
}

void CoreHarness::ExpectSameState(const CoordinatorCore& core) const {
  ASSERT_EQ(StateText(core.state()), StateText(core_->state()));
  v1::StateSnapshot snapshot = core.state().Snapshot();
  v1::StateSnapshot expected = core_->state().Snapshot();
  // The replies about a removed sweep go with its records, and so does what groups did for it.
  for (v1::StateSnapshot* either : {&snapshot, &expected}) {
    if (!has_dropped_records_) break;
    either->clear_replies();
    either->clear_groups();
    either->clear_tasks_completed();
  }
  ASSERT_EQ(DeterministicBytes(snapshot), DeterministicBytes(expected));
}

void CoreHarness::Restart() {
  auto core = Replayed(nullptr);
  ASSERT_NO_FATAL_FAILURE(ExpectSameState(*core));
  if (snapshot_.has_value()) {
    auto from_snapshot = Replayed(&*snapshot_);
    ASSERT_NO_FATAL_FAILURE(ExpectSameState(*from_snapshot));
    if (++restarts_ % 2 == 0) core = std::move(from_snapshot);
  }
  snapshot_ = core->state().Snapshot();
  core_ = std::move(core);
  mailbox_.clear();
  effects.clear();
  suggestions.clear();
  collections.clear();
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

absl::Status CoreHarness::Cancel(const std::string& name) {
  v1::CancelRequest request;
  request.set_request_id(NextId());
  request.set_name(name);
  return Ask(request).status;
}

absl::Status CoreHarness::CancelTrial(const std::string& name, uint32_t trial) {
  v1::CancelRequest request;
  request.set_request_id(NextId());
  request.set_name(name);
  request.set_trial(trial);
  return Ask(request).status;
}

absl::Status CoreHarness::Extend(const std::string& name, uint32_t trials) {
  v1::ExtendRequest request;
  request.set_request_id(NextId());
  request.set_name(name);
  request.set_trials(trials);
  return Ask(request).status;
}

absl::Status CoreHarness::Retry(const std::string& name, uint32_t trial,
                                std::optional<uint32_t> fold) {
  v1::RetryRequest request;
  request.set_request_id(NextId());
  request.set_name(name);
  request.set_trial(trial);
  if (fold.has_value()) request.set_fold(*fold);
  return Ask(request).status;
}

absl::Status CoreHarness::ChangeLimits(const std::string& name,
                                       const std::vector<std::string>& limits) {
  v1::ChangeLimitsRequest request;
  request.set_request_id(NextId());
  request.set_name(name);
  request.mutable_limits()->Assign(limits.begin(), limits.end());
  return Ask(request).status;
}

absl::Status CoreHarness::Remove(const std::string& name) {
  v1::RemoveRequest request;
  request.set_request_id(NextId());
  request.set_name(name);
  return Ask(request).status;
}

void CoreHarness::Register(const std::string& worker, uint32_t group_size,
                           const std::string& fingerprint, const std::string& host) {
  v1::RegisterRequest request;
  request.set_worker_id(worker);
  request.mutable_info()->set_group_size(group_size);
  request.mutable_info()->set_host(host);
  request.mutable_info()->set_fingerprint(fingerprint);
  request.set_store_uuid(options_.store_uuid);
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

absl::StatusOr<v1::HeartbeatResponse> CoreHarness::Heartbeat(const v1::Lease& lease,
                                                             uint64_t step) {
  v1::HeartbeatRequest request;
  *request.mutable_attempt() = AttemptOf(lease);
  request.mutable_progress()->set_step(step);
  const Reply reply = Ask(request);
  if (!reply.status.ok()) return reply.status;
  return std::get<v1::HeartbeatResponse>(reply.response);
}

absl::Status CoreHarness::ReportEpoch(const v1::Lease& lease, uint32_t epoch) {
  v1::ReportEpochRequest request;
  request.set_request_id(NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  request.mutable_metrics()->set_epoch(epoch);
  return Ask(request).status;
}

absl::Status CoreHarness::Publish(const v1::Lease& lease, uint32_t epoch) {
  v1::PublishCheckpointRequest request;
  request.set_request_id(NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  request.mutable_checkpoint()->set_epoch(epoch);
  return Ask(request).status;
}

absl::Status CoreHarness::Complete(const v1::Lease& lease, const std::string& weights) {
  v1::CompleteTaskRequest request;
  request.set_request_id(NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  *request.mutable_result() = SampleResult(lease);
  if (!weights.empty()) {
    request.mutable_result()
        ->mutable_train_fold()
        ->mutable_checkpoint()
        ->mutable_weights()
        ->set_sha256(std::string(64, weights[0]));
  }
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

absl::Status CoreHarness::Release(const v1::Lease& lease) {
  v1::FailTaskRequest request;
  request.set_request_id(NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  request.set_released(true);
  return Ask(request).status;
}

void CoreHarness::Prepare(const std::string& worker) {
  ASSERT_TRUE(Complete(Acquire(worker).lease()).ok());
  RunEffect();
}

void CoreHarness::Finish(const std::string& name, const std::string& worker) {
  for (int turn = 0; turn < 10'000 && !sweep(name).ended.has_value(); ++turn) {
    while (!effects.empty()) RunEffect();
    const v1::AcquireTaskResponse task = Acquire(worker);
    if (!task.has_lease()) {
      AdvanceMs(1'000);
      continue;
    }
    ASSERT_TRUE(Complete(task.lease()).ok());
  }
}

const TaskState& CoreHarness::task(const v1::Lease& lease) const {
  return sweep(lease.task().sweep()).tasks.at(*ParseTaskKey(lease.task().id()));
}

v1::GetResponse CoreHarness::Get(const std::string& name) {
  v1::GetRequest request;
  request.set_name(name);
  const Reply reply = Ask(request);
  EXPECT_TRUE(reply.status.ok()) << reply.status;
  return std::get<v1::GetResponse>(reply.response);
}

}  // namespace pleat
