// A race that is going on: takes what groups report, decides, and says what is to be trained.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coordinator/prune/race.h"

namespace pleat {

// What became of a trial.
struct RaceEvent {
  enum class Kind {
    kFinished,  // each fold is over
    kStopped,
    kPaused,  // at a rung, or until its next fold's turn comes
    kResumed,
  };
  Kind kind = Kind::kFinished;
  uint32_t trial = 0;
  uint32_t round = 0;                // after which it was decided
  std::string reason = {};           // of a stop, a pause, a resumption
  std::vector<uint32_t> folds = {};  // that were finished by then
  uint64_t epochs = 0;               // of all folds by then

  bool is_stop() const { return kind == Kind::kStopped; }
};

struct FoldToTrain {
  uint32_t trial = 0;
  uint32_t fold = 0;

  bool operator==(const FoldToTrain&) const = default;
};

// How trials race.
struct RaceSize {
  uint32_t trials = 0;            // that race
  uint32_t at_once = 0;           // of them
  bool is_breadth_first = false;  // each but trial 0 waits after a fold
};

// What somebody changed.
struct RaceChange {
  uint32_t round = 0;                 // the next one by then
  std::optional<uint32_t> left = {};  // a trial that left the race
  RaceSize size = {};                 // if none did: how trials race from then on
};

// What was decided before, by a race that this one goes on from: it is followed, not decided anew.
struct PastDecisions {
  uint32_t rounds = 0;                        // that are decided; of a race in logical order
  std::map<uint32_t, uint32_t> stopped = {};  // trial -> the round after which it was stopped
  std::vector<RaceChange> changes = {};       // in their order
  // Of a race at the moment:
  uint32_t trials = 0;               // that were known
  std::set<uint32_t> finished = {};  // trials that ended with each fold over
  std::set<uint32_t> paused = {};    // trials that are
};

// For one thread at a time.
class FoldRace {
 public:
  virtual ~FoldRace() = default;

  // The next trial, by number, is known, so that its folds can be trained. It takes part once it
  // has a place.
  virtual void AddTrial() = 0;
  // From now on trials race so: at least those that are known. Trials that come after a race was
  // over begin a new part of it: who was stopped by then stays so.
  virtual void Resize(const RaceSize& size) = 0;
  // The score after a fold's next epoch, the first being 0. An epoch that is known already (from an
  // attempt that was lost) is ignored.
  virtual void Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) = 0;
  // A fold was given up. Its epochs so far count.
  virtual void Fail(uint32_t trial, uint32_t fold) = 0;
  // Somebody takes a trial out.
  virtual void Leave(uint32_t trial) = 0;
  // Decides all that can be decided. How trials left since the last call; not those of the past,
  // and not those that somebody took out.
  virtual std::vector<RaceEvent> Advance() = 0;

  // As far as it is decided.
  virtual const Race& race() const = 0;
  // The next round.
  virtual uint32_t round() const = 0;
  // The folds that may be trained on, the most urgent first.
  virtual std::vector<FoldToTrain> FoldsToTrain() const = 0;
};

}  // namespace pleat
