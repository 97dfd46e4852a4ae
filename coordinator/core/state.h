// All that the journal knows, in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/core/group_book.h"
#include "coordinator/core/reply_book.h"
#include "coordinator/core/study.h"
#include "coordinator/core/sweep.h"
#include "proto/journal.pb.h"
#include "proto/snapshot.pb.h"

namespace pleat {

// Which task of which sweep.
struct TaskRef {
  std::string sweep;
  TaskKey task;

  auto operator<=>(const TaskRef&) const = default;
};

// Holds, and does not decide: every change is one journal record, the same at run time and at
// replay. Queues that the decider needs (ready tasks, live sweeps by rank) are kept up to date by
// Apply, so that no decision scans. Not thread-safe.
class State {
 public:
  // The journal's format that this program reads and writes.
  static constexpr uint32_t kFormat = 1;
  // Of a group.
  static constexpr uint32_t kMostRanks = 65'536;
  // Removed sweeps whose last attempts are told apart.
  static constexpr size_t kMostRemovedNames = 65'536;

  explicit State(ReplyLimits limits) : replies_(limits) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // The only mutator. DATA_LOSS: the record does not fit what came before. FAILED_PRECONDITION:
  // another format of the journal. After an error the state must not be used.
  absl::Status Apply(const v1::JournalRecord& record);

  // What all records so far come to, and back: an empty state loads a snapshot instead of applying
  // the records up to its sequence number, and goes on with the next. The journal has dropped the
  // records of what was removed since: `has_record` says whether it still has the record of a
  // sequence number. FAILED_PRECONDITION: another format; DATA_LOSS: the snapshot does not hold
  // together; after either the state is empty again.
  static constexpr uint32_t kSnapshotFormat = 2;
  using HasRecord = std::function<absl::StatusOr<bool>(uint64_t sequence)>;
  v1::StateSnapshot Snapshot() const;
  absl::Status Load(const v1::StateSnapshot& snapshot, const HasRecord& has_record);
  // Empty again.
  void Clear() { *this = State(replies_.limits()); }

  // Sequence number of the last record; 0: none yet.
  uint64_t sequence() const { return sequence_; }
  // UUID of the store that belongs to the journal; empty before the first record.
  const std::string& store_uuid() const { return store_uuid_; }
  // The last snapshot that was written; nothing if none was.
  const std::optional<v1::SnapshotTaken>& snapshot_taken() const { return snapshot_taken_; }
  // The highest attempt that removed sweeps of this name may have had; 0: there were none.
  uint64_t AttemptsOfRemoved(const std::string& name) const;
  // The highest attempt that was ever handed out.
  uint64_t HighestAttempt() const;
  // True if a backup was restored: the store may hold files that the journal knows nothing of.
  bool WasRestored() const { return attempts_before_ > 0; }
  const std::map<std::string, Sweep>& sweeps() const { return sweeps_; }
  // Null: no such sweep.
  const Sweep* FindSweep(const std::string& name) const;
  // Sweeps that have not ended, and those of them with tasks that wait.
  const std::map<SweepRank, const Sweep*>& live_sweeps() const { return live_sweeps_; }
  const std::map<SweepRank, const Sweep*>& ready_sweeps() const { return ready_sweeps_; }
  // Grows whenever a task begins to wait for a group.
  uint64_t ready_additions() const { return ready_additions_; }
  // The live attempt of each worker that has one.
  const std::map<std::string, TaskRef>& held() const { return held_; }
  // Removed sweeps whose files may still be there: the first record of each removal.
  const std::map<std::string, v1::JournalRecord>& removing() const { return removing_; }
  // True if a live sweep keeps a worker away.
  bool IsKeptAway(const std::string& worker) const;
  const GroupBook& groups() const { return groups_; }
  const ReplyBook& replies() const { return replies_; }
  const StudyBook& studies() const { return studies_; }

 private:
  State& operator=(State&&) = default;

  absl::Status ApplyUpdate(const v1::JournalRecord& record);
  absl::Status ApplyToSweep(Sweep& sweep, const v1::JournalRecord& record);
  absl::Status Create(const v1::JournalCreated& update);
  absl::Status Restore(const v1::JournalRestored& update);
  absl::Status Submit(const v1::JournalRecord& record);
  absl::Status Remove(const v1::JournalRecord& record);
  absl::Status AssignFolds(Sweep& sweep, const v1::FoldsAssigned& update);
  absl::Status FixWarmStart(Sweep& sweep, const v1::WarmStartFixed& update);
  absl::Status FreeExecution(Sweep& sweep);
  absl::Status Hold(Sweep& sweep, const v1::HoldChanged& update);
  absl::Status SelectMembers(Sweep& sweep, const v1::MembersSelected& update);
  absl::Status End(Sweep& sweep, const v1::JournalRecord& record);

  // state_snapshot.cc
  absl::Status LoadAll(const v1::StateSnapshot& snapshot, const HasRecord& has_record);
  absl::Status LoadSweep(const v1::SweepSnapshot& snapshot);

  // state_trials.cc
  absl::Status AddTrial(Sweep& sweep, const v1::TrialAdded& update);
  absl::Status EndSearch(Sweep& sweep, const v1::SearchEnded& update);
  absl::Status GiveTrial(Sweep& sweep, const v1::TrialGiven& update);
  absl::Status FinishSearch(Sweep& sweep, const v1::SearchFinished& update);
  absl::Status FinishTrial(Sweep& sweep, const v1::TrialFinished& update);
  absl::Status CancelTrial(Sweep& sweep, const v1::TrialCancelled& update);
  absl::Status StopTrial(Sweep& sweep, const v1::TrialStopped& update);
  absl::Status PauseTrial(Sweep& sweep, const v1::TrialPaused& update);
  absl::Status ResumeTrial(Sweep& sweep, const v1::TrialResumed& update);
  // Of a trial that leaves: no fold of it may run, and those that wait are not to be trained.
  absl::Status CancelFolds(Sweep& sweep, uint32_t trial);

  // Of the finished trials.
  void ChooseBest(Sweep& sweep);

  // state_changes.cc
  absl::Status Extend(Sweep& sweep, const v1::JournalRecord& record);
  absl::Status RetryTrial(Sweep& sweep, const v1::JournalRecord& record);
  absl::Status RetryFold(Sweep& sweep, const TaskKey& key, bool is_fresh);
  absl::Status ChangeLimits(Sweep& sweep, const v1::JournalRecord& record);
  // A sweep that had ended is to make its next ensemble.
  absl::Status Reopen(Sweep& sweep);
  // The folds of further repeats were cut: trials that finished are to be trained by them too.
  absl::Status AddRepeats(Sweep& sweep, const v1::FoldsAssigned& update);
  absl::Status ResizeSearch(Sweep& sweep, uint32_t max_trials);
  // Keeps what was changed, for people.
  void Note(Sweep& sweep, const v1::JournalRecord& record, std::string what);

  // state_garbage.cc
  absl::Status FreeWeights(Sweep& sweep, const v1::WeightsFreed& update);
  // What a record that was applied leaves in the store that nothing needs.
  void NoteGarbage(Sweep& sweep, const v1::JournalRecord& record);

  // state_tasks.cc
  absl::Status Lease(Sweep& sweep, const v1::TaskLeased& update);
  absl::Status ReportEpoch(Sweep& sweep, const v1::EpochReported& update);
  absl::Status Publish(Sweep& sweep, const v1::CheckpointPublished& update);
  absl::Status Quarantine(Sweep& sweep, const v1::CheckpointQuarantined& update);
  absl::Status Wait(Sweep& sweep, const v1::TaskWaiting& update);
  absl::Status Complete(Sweep& sweep, const v1::TaskCompleted& update);
  absl::Status HoldResult(Sweep& sweep, const v1::ResultHeld& update);
  // The task's worker failed it, and is to leave it to others.
  void NoteFailure(TaskState& task, const std::string& message);
  // Counts what failed elsewhere and was completed now, and forgets who failed it.
  void Blame(TaskState& task);
  absl::Status EndAttempt(Sweep& sweep, const v1::AttemptEnded& update);
  absl::Status MakeReady(Sweep& sweep, const v1::TaskReady& update);
  absl::Status Abandon(Sweep& sweep, const v1::TaskAbandoned& update);
  void Enqueue(Sweep& sweep, const TaskKey& key);
  // Takes a task out that waits, be it ready or delayed.
  void Dequeue(Sweep& sweep, const TaskKey& key);
  void StopRunning(Sweep& sweep, const TaskKey& key);

  uint64_t sequence_ = 0;
  int64_t record_unix_ms_ = 0;  // of the record that is being applied
  std::string store_uuid_;
  uint64_t attempts_before_ = 0;  // JournalRestored's; 0: never restored
  std::optional<v1::SnapshotTaken> snapshot_taken_;
  std::map<std::string, Sweep> sweeps_;
  std::map<SweepRank, const Sweep*> live_sweeps_;
  std::map<SweepRank, const Sweep*> ready_sweeps_;
  uint64_t ready_additions_ = 0;
  std::map<std::string, TaskRef> held_;
  std::map<std::string, v1::JournalRecord> removing_;
  // Of removed sweeps, by name; all together, once there are kMostRemovedNames of them.
  std::map<std::string, uint64_t> last_attempts_;
  uint64_t last_attempt_of_others_ = 0;
  GroupBook groups_;
  ReplyBook replies_;
  StudyBook studies_;
};

}  // namespace pleat
