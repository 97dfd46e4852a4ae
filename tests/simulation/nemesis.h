// Breaks things.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/coordinator_host.h"
#include "tests/simulation/simulated_worker.h"
#include "tests/simulation/world.h"

namespace pleat::simulation {

// For a while one fault follows another, of kinds that the seed chooses: some seeds know but a few,
// so that those are not drowned by others. Then everything is mended.
class Nemesis {
 public:
  Nemesis(World& world, CoordinatorHost& host, std::vector<SimulatedWorker*> workers);

  // Until this many milliseconds from now.
  void RageFor(int64_t ms);
  bool is_over() const { return is_over_; }

 private:
  struct Fault {
    void (Nemesis::*strike)();
    int weight;
  };

  void Choose();
  void Strike();
  void Mend();

  void CrashCoordinator();
  void PauseCoordinator();
  void KillWorker();
  void PauseWorker();
  void HangWorker();
  void FailWorker();
  void MiscomputeOnWorker();
  void DismissWorker();
  void CutLink();
  void SwizzleClog();
  void TroubleNetwork();
  void FillDisk();
  void ShortenDisk();
  void FillStore();
  void JumpWallClock();
  void FailEffects();

  SimulatedWorker& AnyWorker() { return *workers_[world_.dice.Below(workers_.size())]; }
  size_t AnyLink() { return world_.dice.Below(world_.network.links()); }
  // Once more, but never after everything was mended.
  void Later(int64_t wait_ms, EventQueue::Event event);

  World& world_;
  CoordinatorHost& host_;
  const std::vector<SimulatedWorker*> workers_;
  std::vector<void (Nemesis::*)()> faults_;  // those of this seed, the likelier ones several times
  int64_t longest_pause_ms_ = 0;
  bool is_over_ = false;
};

}  // namespace pleat::simulation
