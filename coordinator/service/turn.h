// One turn of the coordinator: commands are handled, made durable together, and only then answered.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/journal/journal.h"

namespace pleat {

// Who hears what a turn led to, in this order.
class TurnListener {
 public:
  virtual ~TurnListener() = default;
  virtual void SendReply(Reply reply) = 0;
  virtual void StartEffect(Effect effect) = 0;
  virtual void StartSuggestion(SuggestForStudy suggestion) = 0;
  virtual void StartCollection(CollectGarbage collection) = 0;
  virtual void OnCommitted(std::span<const v1::JournalRecord> records) = 0;
};

// Gathers the outcomes of a turn's commands. The loop and the simulator share it, so that what is
// simulated is the order in which the real one commits and answers. Not thread-safe.
class Turn {
 public:
  void Add(Outcome outcome);
  // Commits, then tells: nobody hears of what could still be lost. After an error, which tells
  // nobody anything, the process must end: memory is ahead of the disk.
  absl::Status Finish(Journal& journal, TurnListener& listener);

 private:
  // All records are one transaction.
  absl::Status Commit(Journal& journal) const;
  void Tell(TurnListener& listener);

  Outcome outcome_;
};

}  // namespace pleat
