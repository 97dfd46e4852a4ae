// The coordinator's process: the real core, turn and lease clock on simulated everything else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "coordinator/core/coordinator_core.h"
#include "coordinator/service/lease_clock.h"
#include "coordinator/service/turn.h"
#include "tests/simulation/journal_audit.h"
#include "tests/simulation/process.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/simulation/simulated_journal.h"
#include "tests/simulation/world.h"

namespace pleat::simulation {

// Where in its next turn the coordinator dies.
struct CrashPoint {
  enum class Where { kBetweenCommands, kInCommit, kBetweenAnswers };
  Where where = Where::kBetweenCommands;
  int after = 0;       // so many commands, calls to the disk, or answers
  bool power = false;  // the whole machine, not only the process
};

// Takes requests into a queue, handles them in turns as CoordinatorLoop does, runs effects, dies,
// and starts again from its journal. Checks every state that it comes to.
class CoordinatorHost : private TurnListener {
 public:
  using Request = std::shared_ptr<const Command>;
  // Runs at the client's end of the network.
  using Answer = std::function<void(const absl::Status&, const Response&)>;
  static constexpr double kAmple = 2;

  explicit CoordinatorHost(World& world);

  void Start();
  // Grows with each life.
  uint64_t life() const { return lives_; }
  // A call arrives that was sent to this life, or its client is gone. `call` is unique among those
  // of its link.
  void Receive(uint64_t life, size_t link, uint64_t call, Request request, Answer answer);
  void Forget(size_t link, uint64_t call);

  // Null while it is down.
  const State* state() const { return core_ == nullptr ? nullptr : &core_->state(); }
  // Dies and starts again, if it runs: what is in the journal must be the state.
  void Restart();

  // Files of trials that nothing names; to be asked while it runs.
  std::vector<std::string> Garbage() const;

  // -- Faults.
  void CrashAt(CrashPoint point) { crash_ = point; }
  void Pause(int64_t ms);
  void set_flips_bits(bool flips) { flips_bits_ = flips; }
  void set_effects_fail(double p) { effects_fail_ = p; }
  // What the journal's disk says that it has free, as a share of what the coordinator asks for: it
  // takes no new work below 1, and hardly anything below a quarter.
  void set_state_space(double share) { state_space_ = share; }
  SimulatedDisk& disk() { return disk_; }

  static const CoreOptions& Options();

 private:
  struct Call {
    size_t link;
    uint64_t number;
    Request request;
    Answer answer;
  };
  struct Item {
    uint64_t token;
    Request command;
  };

  void SendReply(Reply reply) override;
  void StartEffect(Effect effect) override;
  void StartSuggestion(SuggestForStudy suggestion) override;
  void StartCollection(CollectGarbage collection) override;
  void OnCommitted(std::span<const v1::JournalRecord> records) override;

  void LookAtStateSpace(Now now, Turn& turn);
  void Push(uint64_t token, Request command);
  void Tick();
  void RunTurn(bool ticks);
  // False: it died.
  bool FinishTurn(Turn turn);
  void Die(const std::string& why, bool power);
  // A flipped bit must be noticed; afterwards the disk is as it was.
  void TryWithFlippedBit();
  absl::Status Replay(CoordinatorCore& core);
  // Every other time, if there is one. Sequence number of the last record that it reckons with.
  absl::StatusOr<uint64_t> LoadSnapshot(CoordinatorCore& core);
  // What a replay must come to; the replies only as long as no record was dropped with a sweep.
  struct StateTexts {
    std::string state;
    std::string replies;
  };
  static StateTexts TextsOf(const State& state);
  bool IsStateAtDeath(const State& state) const;
  EffectDone RunEffect(const Effect& effect);
  absl::Status WriteResult(const Effect& effect, EffectDone& done);
  // Removes `files`, the last half of them later: a coordinator may die in between.
  void Collect(const CollectGarbage& plan, std::vector<std::string> files);
  void EndCollection(const CollectGarbage& plan, size_t files);
  void CheckReply(const Call& call, const Reply& reply);
  bool IsDueToDie(CrashPoint::Where where);
  // For how long it has run, all lives together.
  int64_t RunningMs() const { return world_.events.now_ms() - stood_still_ms_; }

  World& world_;
  JournalAudit audit_;
  Process process_;
  SimulatedDisk disk_;

  // Of one life.
  uint64_t lives_ = 0;
  std::unordered_map<std::string, std::string> refused_;  // what clients heard, by request id
  std::unique_ptr<SimulatedJournal> journal_;
  std::unique_ptr<CoordinatorCore> core_;
  std::unique_ptr<LeaseClock> clock_;
  std::unordered_map<uint64_t, Call> open_;  // by token
  std::vector<Item> queue_;
  bool has_turn_ = false;
  bool is_dying_ = false;
  double told_state_space_ = kAmple;
  uint64_t committed_ = 0;  // sequence of the last record that is known to be

  uint64_t tokens_ = 0;
  int64_t stood_still_ms_ = 0;
  std::optional<CrashPoint> crash_;
  std::optional<v1::StateSnapshot> snapshot_;  // of a state that was committed
  std::optional<StateTexts> state_at_death_;   // to which the replay must come
  bool flips_bits_ = false;
  double effects_fail_ = 0;
  double state_space_ = kAmple;
};

}  // namespace pleat::simulation
