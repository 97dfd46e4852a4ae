// Inside CoordinatorCore: what its commands share. Each group of commands has a .cc of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/protections.h"
#include "coordinator/core/ask_queue.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/core/effects.h"
#include "coordinator/core/lease_table.h"
#include "coordinator/core/poll_queue.h"
#include "coordinator/core/refusal_book.h"
#include "coordinator/core/request_digest.h"
#include "coordinator/core/request_ids.h"
#include "coordinator/core/space_guard.h"
#include "coordinator/core/sweep_race.h"
#include "coordinator/core/worker_table.h"
#include "coordinator/schedule/scheduler.h"

namespace pleat {

// How an attempt ended without a result.
struct AttemptEnding {
  v1::AttemptEnd end = v1::ATTEMPT_END_UNSPECIFIED;
  std::string message;
  v1::FailureKind failure = v1::FAILURE_KIND_UNSPECIFIED;
  uint32_t retry_after_ms = 0;
};

struct CoordinatorCore::Impl {
  explicit Impl(CoreOptions core_options);

  // -- One turn: what the running command sees and leads to.
  Now now;
  Outcome outcome;

  // -- What is not journaled.
  const CoreOptions options;
  LeaseTable leases;
  PollQueue polls;
  WorkerTable workers;
  std::map<std::string, EffectKind> running_effects;      // one at a time for each sweep's name
  std::map<std::string, std::vector<uint64_t>> removals;  // calls that wait for RemoveFiles
  AskQueue asks;
  RefusalBook refusals{/*most=*/4'096};
  std::map<TaskRef, int64_t> task_retries;  // when each delayed task is due
  // An effect that failed and is to be tried again.
  struct EffectRetry {
    uint32_t failures = 0;  // in a row
    uint32_t wait_ms = 0;   // after the last
    int64_t due_ms = 0;
  };
  std::map<std::string, EffectRetry> effect_retries;  // by the sweep's name
  // The garbage of a sweep.
  struct Collection {
    bool is_running = false;
    uint32_t failures = 0;         // in a row
    int64_t due_ms = 0;            // not before
    std::set<TaskKey> written_to;  // by attempts that are not live, as far as was heard
    std::set<TaskKey> in_hand;     // of those, what the running collection looks at
  };
  std::map<std::string, Collection> collections;  // by the sweep's name
  bool looks_for_garbage = false;                 // this turn may have made a collection due
  std::string hold_reason;                        // why no tasks are handed out; empty: they are
  SpaceGuard space;                               // of the journal's disk
  std::vector<Command> postponed;                 // results that wait for space
  uint64_t served_offers = 0;                     // Offers() when the parked polls were last served

  // -- What is, and what follows from it.
  State state;
  RaceTable races;

  // coordinator_core.cc
  void Begin(Now turn);
  Outcome Finish();
  // Refuses a copy of a request that was refused before; false if it is none.
  template <typename Request>
  bool RefuseAgain(uint64_t token, const Request& request);
  template <typename Request>
  void NoteRefusal(uint64_t token, const Request& request);
  // After a message of a worker: notes that it may write for an attempt that is not live.
  template <typename Request>
  void NoteIfStale(uint64_t token, const Request& request);
  // Handles a command, or refuses or postpones it.
  void Dispatch(uint64_t token, const Command& command);

  // The attempt that a request speaks of.
  struct Attempt {
    const Sweep* sweep = nullptr;
    TaskKey key;
    const TaskState* task = nullptr;
    TaskRef ref() const { return {sweep->name, key}; }
    // It was stopped with its trial or sweep; the group is to be told so.
    bool cancelled() const { return task->phase == TaskPhase::kCancelled; }
  };

  // One overload per command: sweep_commands.cc
  void On(uint64_t token, const v1::SubmitRequest& request);
  void On(uint64_t token, const v1::CancelRequest& request);
  void On(uint64_t token, const v1::RemoveRequest& request);
  void On(uint64_t token, const v1::ListRequest& request);
  void On(uint64_t token, const v1::GetRequest& request);
  // given_trial_commands.cc
  void On(uint64_t token, const v1::AddTrialRequest& request);
  void On(uint64_t token, const v1::FinishSearchRequest& request);
  // change_commands.cc
  void On(uint64_t token, const v1::ExtendRequest& request);
  void On(uint64_t token, const v1::RetryRequest& request);
  void On(uint64_t token, const v1::ChangeLimitsRequest& request);
  // The next round of a sweep's race.
  uint32_t RoundOf(const Sweep& sweep) const;
  // study_commands.cc
  void On(uint64_t token, const v1::CreateStudyRequest& request);
  void On(uint64_t token, const v1::AskRequest& request);
  void On(uint64_t token, const StudySuggested& suggested);
  void On(uint64_t token, const v1::ReportRequest& request);
  void On(uint64_t token, const v1::TellRequest& request);
  void On(uint64_t token, const v1::ListStudiesRequest& request);
  void On(uint64_t token, const v1::GetStudyRequest& request);
  void On(uint64_t token, const v1::RemoveStudyRequest& request);
  // Answers those who wait, up to the first whose suggestion has to be computed.
  void ServeAsks(const std::string& study);
  // Those of which a copy was refused meanwhile: their client has gone on.
  void DropRefusedAsks(std::deque<PendingAsk>& waiting);
  void AnswerFirstAsk(const Study& study, const Suggestion& suggestion);
  void StartSuggestion(const Study& study);
  // acquire_command.cc
  void On(uint64_t token, const v1::RegisterRequest& request);
  void On(uint64_t token, const v1::AcquireTaskRequest& request);
  // Whether tasks may be kept from this very group.
  bool IsSpecial(const std::string& worker, const std::string& host) const;
  void ServePolls();
  // Grows whenever there may be something to hand out that there was not before.
  uint64_t Offers() const { return state.ready_additions() + races.changes(); }
  void Grant(const Poll& poll, const Choice& choice);
  void AnswerOverduePolls();
  // attempt_commands.cc
  void On(uint64_t token, const v1::HeartbeatRequest& request);
  void On(uint64_t token, const v1::ReportEpochRequest& request);
  void On(uint64_t token, const v1::PublishCheckpointRequest& request);
  void On(uint64_t token, const v1::QuarantineCheckpointRequest& request);
  void On(uint64_t token, const v1::CompleteTaskRequest& request);
  void On(uint64_t token, const v1::FailTaskRequest& request);
  // Journals a result that counts, and what follows from it.
  void AcceptResult(const Attempt& attempt, const v1::CompleteTaskRequest& request);
  // Journals a result that waits for another run of the fold to give the same.
  void HoldResult(const Attempt& attempt, const v1::CompleteTaskRequest& request);

  // group_trouble.cc: groups that fail what others complete.
  //
  // Groups, and the host of each.
  using HostOfGroup = std::map<std::string, std::string>;
  // Sets those aside, and their hosts, that have failed too many; if they were, and had a try,
  // anew. To be called for those that have just failed something, or failed what is completed now.
  void JudgeGroups(const Sweep& sweep, const HostOfGroup& groups);
  // tick_command.cc
  void On(uint64_t token, const Tick& tick);
  void On(uint64_t token, const StoreSpace& space);
  // space_commands.cc
  //
  // Refuses, drops or postpones a command for want of space for the journal, and says whether it
  // did.
  bool LacksSpace(uint64_t token, const Command& command);
  void On(uint64_t token, const StateSpace& report);
  void On(uint64_t token, const v1::SnapshotTaken& taken);
  // Makes the delayed tasks ready that have waited long enough.
  void EndWaitsOfTasks();
  // Journals that a live sweep is held or no longer held, if that has changed.
  void HoldOrRelease(const Sweep& sweep);
  // effect_commands.cc
  void On(uint64_t token, const EffectDone& done);
  // Starts the effect that a sweep's name waits for, unless one runs for that name, or failed a
  // short while ago.
  void StartEffect(const std::string& sweep);
  // Puts the next start off, the longer the oftener the effect has failed.
  EffectRetry DelayEffect(const std::string& sweep);
  void TryAgainLater(const Sweep& sweep, EffectKind kind, const absl::Status& status);
  void FinishRemoval(const std::string& sweep, const absl::Status& status);
  // Journals the result of an effect, or that it failed for good.
  void Conclude(const Sweep& sweep, EffectKind kind, const EffectDone& done);

  // collection_commands.cc
  void On(uint64_t token, const CollectionDone& done);
  // Starts the collections that are due: one at a time for each sweep, and none while an effect of
  // the sweep runs.
  void StartCollections();
  // False: there is nothing to collect.
  bool StartCollection(const std::string& sweep, Collection* collection);
  bool IsCollecting(const std::string& sweep) const;
  // A message came from this attempt, which may write although it is not live.
  void NoteStaleAttempt(const v1::AttemptId& attempt);
  // Journals that weights are no longer kept that the sweep's ensemble does without.
  void FreeWeights(const Sweep& sweep);

  // race_progress.cc: trials that race.
  //
  // What an attempt's group is to do after an epoch, which is not yet journaled.
  v1::Directive Direct(const Sweep& sweep, const TaskKey& key, const v1::EpochMetrics& metrics);
  // Finishes, stops, pauses and resumes the trials that the race has decided on.
  void ConcludeRace(const Sweep& sweep);
  void StopTrial(const Sweep& sweep, const RaceEvent& event);

  // sweep_progress.cc: what follows from what happened.
  //
  // Decides all that is now due for a sweep: trials to add, its end, the next effect.
  void Advance(const std::string& sweep);
  // Once the data are prepared, before anything is cut or trained: ends a sweep whose transforms
  // images of this size cannot take.
  void FailIfMisfit(const Sweep& sweep);
  // After a fold was trained or given up: finishes its trial if it was the last. Of trials that
  // race the race says when.
  void FinishTrialIfDue(const Sweep& sweep, uint32_t trial);
  // `round`: of the race, if there is one.
  void FinishTrial(const Sweep& sweep, uint32_t trial, uint32_t round);
  // Ends an attempt that failed, and decides: try again, give up the task, or fail the sweep.
  void FailAttempt(const Sweep& sweep, const TaskKey& key, const v1::FailTaskRequest& request,
                   const v1::RecordedReply& reply);
  // After an attempt that was lost: gives up a task that never gets anywhere.
  void DecideAfterLoss(const Sweep& sweep, const TaskKey& key);
  void Abandon(const Sweep& sweep, const TaskKey& key, const std::string& reason);
  // Fixes the trials of earlier sweeps that the search learns from, or ends the sweep if it cannot.
  void FixWarmStart(const Sweep& sweep);
  // Ends the search if its budget is spent, and says whether it did.
  bool EndSearchIfSpent(const Sweep& sweep);
  // Adds the trials that may be added and depend on no others; the rest are suggested by an effect.
  void AddTrials(const Sweep& sweep);
  // Adds the next trial, or ends the sweep if it cannot be.
  void AddTrial(const Sweep& sweep, const Suggestion& suggestion);
  // `reply`, if any, goes with the record, so that a retry of its request gets it.
  void EndAttempt(const Sweep& sweep, const TaskKey& key, const AttemptEnding& ending,
                  const v1::RecordedReply* reply = nullptr);
  // To be called when an attempt has ended.
  void FreeExecutionIfUnused(const Sweep& sweep);
  // Ends the running attempts of a trial that leaves.
  void EndFoldsOf(const Sweep& sweep, uint32_t trial, const std::string& message);
  // Both end the running attempts first.
  void CancelTrial(const Sweep& sweep, uint32_t trial, const std::string& reason,
                   const v1::RecordedReply* reply);
  void EndSweep(const Sweep& sweep, v1::SweepState how, const std::string& reason,
                const v1::RecordedReply* reply = nullptr,
                v1::FailureKind failure = v1::FAILURE_KIND_UNSPECIFIED);
  // Ends it as failed, for a failure of this kind.
  void FailSweep(const Sweep& sweep, v1::FailureKind failure, const std::string& reason);

  // Journals one fact: numbers it, applies it, and keeps the leases in step.
  void Emit(v1::JournalRecord record);

  // Journals what a live attempt waits for, if that has changed.
  void RecordWait(const Attempt& attempt, const std::string& reason);
  // FAILED_PRECONDITION: it is neither live nor the task's last, cancelled one.
  absl::StatusOr<Attempt> FindAttempt(const v1::AttemptId& id) const;
  // FAILED_PRECONDITION also for a cancelled one.
  absl::StatusOr<Attempt> FindLiveAttempt(const v1::AttemptId& id) const;

  void Answer(uint64_t token, Response response) {
    outcome.replies.push_back({token, absl::OkStatus(), std::move(response)});
  }
  void Refuse(uint64_t token, absl::Status status) {
    outcome.replies.push_back({token, std::move(status), std::monostate()});
  }

  // Deals with everything that one request id means: true if the request was answered, because it
  // is a retry, or refused, because its id is missing or was used for another request.
  template <typename ResponseType, typename Request>
  bool AnswerRetry(uint64_t token, const Request& request) {
    if (absl::Status status = CheckRequestId(request.request_id()); !status.ok()) {
      Refuse(token, std::move(status));
      return true;
    }
    const v1::RecordedReply* reply = state.replies().Find(request.request_id());
    if (reply == nullptr || !IsOn(Protection::kRequestIds)) return false;
    ResponseType response;
    if (reply->request_sha256() != RequestDigest(request)) {
      Refuse(token, absl::InvalidArgumentError(
                        absl::StrCat("request_id '", request.request_id(),
                                     "' was used for another request; number each request anew")));
    } else if (!response.ParseFromString(reply->response())) {
      Refuse(token, absl::DataLossError("the recorded reply cannot be read"));
    } else {
      Answer(token, std::move(response));
    }
    return true;
  }
};

// A record about a sweep, to be filled in.
v1::JournalRecord RecordFor(const Sweep& sweep);

}  // namespace pleat
