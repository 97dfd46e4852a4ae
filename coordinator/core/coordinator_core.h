// The one decider. A single-threaded, deterministic state machine: a command and a time go in;
// journal records, replies and effects come out. Nothing in it reads a clock, a socket, a file or a
// global random generator.
//
//   gRPC threads ─▶ queue ─▶ loop: Handle(…) × n ─▶ journal.Commit(records) ─▶ send replies, start
//   effects
//                              ▲                                                     │
//                              └───────────── results of effects ◀── pool ◀──────────┘
//
// State changes only by State::Apply(record), the same code at run time and at replay.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "coordinator/core/capacity.h"
#include "coordinator/core/garbage.h"
#include "coordinator/core/state.h"
#include "proto/coordinator.pb.h"
#include "proto/study.pb.h"

namespace pleat {

// Two times of one turn of the loop: `lease_ms` decides about leases and polls; `unix_ms` is only a
// label.
struct Now {
  int64_t lease_ms = 0;
  int64_t unix_ms = 0;
};

// Time passed; expires leases and polls, ends waits. Sent by the loop every 100 ms while
// WaitsForTime or polls are open.
struct Tick {};

// How much space the journal's disk has. Short of it, no new work is taken; with next to none,
// nothing is journaled that can wait.
struct StateSpace {
  StoreSpace space;
};

// An effect came to its end: with its result, if it has one, or a status that says why not.
struct EffectDone {
  std::string sweep;
  absl::Status status;
  std::variant<std::monostate, v1::FoldsAssigned, Suggestion, v1::MembersSelected,
               v1::EnsembleBuilt>
      result;
};

// SuggestForStudy came to its end.
struct StudySuggested {
  std::string study;
  uint64_t created = 0;
  uint32_t trial = 0;
  Suggestion suggestion;
};

// A collection came to its end: with what it removed, and a status that says why it left something.
struct CollectionDone {
  std::string sweep;
  absl::Status status;
  v1::GarbageCollected collected;
};

using Command =
    std::variant<v1::SubmitRequest, v1::CancelRequest, v1::RemoveRequest, v1::ListRequest,
                 v1::GetRequest, v1::AddTrialRequest, v1::FinishSearchRequest, v1::ExtendRequest,
                 v1::RetryRequest, v1::ChangeLimitsRequest, v1::CreateStudyRequest, v1::AskRequest,
                 v1::ReportRequest, v1::TellRequest, v1::ListStudiesRequest, v1::GetStudyRequest,
                 v1::RemoveStudyRequest, v1::RegisterRequest, v1::AcquireTaskRequest,
                 v1::HeartbeatRequest, v1::ReportEpochRequest, v1::PublishCheckpointRequest,
                 v1::QuarantineCheckpointRequest, v1::CompleteTaskRequest, v1::FailTaskRequest,
                 v1::SnapshotTaken, Tick, StoreSpace, StateSpace, EffectDone, StudySuggested,
                 CollectionDone>;

using Response =
    std::variant<std::monostate, v1::SubmitResponse, v1::CancelResponse, v1::RemoveResponse,
                 v1::ListResponse, v1::GetResponse, v1::AddTrialResponse, v1::FinishSearchResponse,
                 v1::ExtendResponse, v1::RetryResponse, v1::ChangeLimitsResponse,
                 v1::CreateStudyResponse, v1::AskResponse, v1::ReportResponse, v1::TellResponse,
                 v1::ListStudiesResponse, v1::GetStudyResponse, v1::RemoveStudyResponse,
                 v1::RegisterResponse, v1::AcquireTaskResponse, v1::HeartbeatResponse,
                 v1::ReportEpochResponse, v1::PublishCheckpointResponse,
                 v1::QuarantineCheckpointResponse, v1::CompleteTaskResponse, v1::FailTaskResponse>;

// The answer to the command that was handled with this token; a long poll is answered by a later
// command.
struct Reply {
  uint64_t token = 0;
  absl::Status status;
  Response response;
};

// Long computations and I/O, run outside the core; each comes back as EffectDone. They follow from
// the state, so after a restart the unfinished ones are started again; all are idempotent.
struct AssignFolds {
  std::string sweep;
  std::string source;  // the YAML as submitted, kept beside the folds for people
  v1::SweepSpec spec;
  v1::DatasetInfo train;
  bool adds_repeats = false;  // to those that were cut before
};
// Of a search that learns, which takes its time.
struct SuggestTrial {
  std::string sweep;
  uint32_t trial = 0;
  std::shared_ptr<const SearchMethod> search;
  std::vector<PastTrial> past;
};
// One finished fold's out-of-fold predictions.
struct FoldPrediction {
  uint32_t trial = 0;
  uint32_t fold = 0;
  v1::Artifact oof;
};
struct SelectMembers {
  std::string sweep;
  v1::SweepSpec spec;
  v1::DatasetInfo train;
  v1::Artifact folds;
  // Finished trials and their mean metric; a trial that lost all its folds has none.
  std::map<uint32_t, double> scores;
  std::vector<FoldPrediction> predictions;  // of finished trials, by (trial, fold)
  // Of trials that the race stopped: the folds that they had come to, by (trial, fold).
  std::vector<FoldPrediction> of_stopped;
  std::vector<v1::MissingFold> missing;  // of finished trials, by (trial, fold)
};
// What an ensemble is made of: one per member, in order of (trial, fold).
struct MemberFiles {
  v1::Member member;
  v1::TrialConfig config;
  v1::Artifact weights;
  v1::Artifact oof;
  v1::Artifact classes;             // classes.csv of the fold
  v1::Artifact validation_results;  // its ValidationResults<fold>.csv
  v1::PredictResult predictions;    // empty when there was nothing to predict
};
struct BuildEnsemble {
  std::string sweep;
  uint32_t version = 1;
  // A backup was restored, so what lies in the ensemble's folder may be another one's.
  bool begins_anew = false;
  v1::SweepSpec spec;
  std::string spec_sha256;
  std::vector<v1::DatasetInfo> datasets;
  v1::Artifact folds;
  v1::MembersSelected members;
  v1::ExecutionFixed execution;
  std::vector<std::string> changes;  // that somebody made to the sweep since, in words
  std::vector<MemberFiles> files;
};
struct RemoveFiles {
  std::string sweep;
};
using Effect = std::variant<AssignFolds, SuggestTrial, SelectMembers, BuildEnsemble, RemoveFiles>;

// The next trial of a study, of a search that learns; comes back as StudySuggested. Nothing is lost
// with it but who asked, and asks again.
struct SuggestForStudy {
  std::string study;
  uint64_t created = 0;  // see Study
  uint32_t trial = 0;
  std::shared_ptr<const SearchMethod> method;
  std::vector<std::shared_ptr<const PastTrial>> past;
};

// Computes it. May be called from any thread.
StudySuggested RunSuggestion(const SuggestForStudy& effect);

// What one command led to. The records are already applied; they must be durable before any reply
// is sent or effect started.
struct Outcome {
  std::vector<v1::JournalRecord> records;
  std::vector<Reply> replies;
  std::vector<Effect> effects;
  std::vector<SuggestForStudy> suggestions;
  std::vector<CollectGarbage> collections;  // each comes back as CollectionDone
};

struct CoreOptions {
  std::string store_uuid;
  std::string store_location;
  uint32_t lease_ttl_ms = 20'000;
  uint32_t heartbeat_interval_ms = 2'000;
  // A lease whose progress does not move for this long is lost too.
  uint32_t progress_timeout_ms = 300'000;
  // A group that waits or trains shows itself every few seconds; one that is silent this long is
  // forgotten.
  uint32_t forget_worker_ms = 60'000;
  // No tasks are handed out while the store's disk has less free: this, or 2 % of the disk if that
  // is less.
  uint64_t min_free_bytes = uint64_t{1} << 30;
  // No new work is taken while the journal's disk has less free: this, or 0.5 % of the disk if
  // that is less.
  uint64_t min_free_state_bytes = uint64_t{64} << 20;
  // What may be there at once.
  Capacity capacity = {};
  // Replies kept for retries.
  ReplyLimits replies = {};
};

class CoordinatorCore {
 public:
  explicit CoordinatorCore(CoreOptions options);
  ~CoordinatorCore();

  // Begins with a snapshot instead of the journal's records up to its sequence number; see
  // State::Load.
  absl::Status Load(const v1::StateSnapshot& snapshot, const State::HasRecord& has_record);
  // Nothing is restored yet, as at the beginning.
  void Clear();
  // Replays one record of the journal. DATA_LOSS if it does not fit what came before.
  absl::Status Restore(const v1::JournalRecord& record);
  // Call once after the replay: every open lease gets one fresh TTL; unfinished effects are started
  // again; a new journal gets its first record.
  Outcome Start(Now now);
  // Handles one command. `token` names the reply.
  Outcome Handle(uint64_t token, const Command& command, Now now);
  // The client of this token went away; a parked poll is dropped.
  void Forget(uint64_t token);
  // True while something but a poll needs Ticks: open leases, waits, groups that may fall silent.
  bool WaitsForTime() const;
  // True while no new work is taken for want of space for the journal.
  bool IsShortOfSpace() const;

  const State& state() const;
  uint32_t lease_ttl_ms() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pleat
