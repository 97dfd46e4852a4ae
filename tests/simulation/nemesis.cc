#include "tests/simulation/nemesis.h"

#include <utility>

namespace pleat::simulation {

Nemesis::Nemesis(World& world, CoordinatorHost& host, std::vector<SimulatedWorker*> workers)
    : world_(world), host_(host), workers_(std::move(workers)) {}

void Nemesis::Choose() {
  Dice& dice = world_.dice;
  const Fault all[] = {
      {&Nemesis::CrashCoordinator, 4}, {&Nemesis::PauseCoordinator, 1},
      {&Nemesis::KillWorker, 2},       {&Nemesis::PauseWorker, 3},
      {&Nemesis::HangWorker, 1},       {&Nemesis::FailWorker, 1},
      {&Nemesis::DismissWorker, 1},    {&Nemesis::CutLink, 3},
      {&Nemesis::SwizzleClog, 2},      {&Nemesis::TroubleNetwork, 2},
      {&Nemesis::FillDisk, 1},         {&Nemesis::ShortenDisk, 1},
      {&Nemesis::FillStore, 1},        {&Nemesis::JumpWallClock, 1},
      {&Nemesis::FailEffects, 1},      {&Nemesis::MiscomputeOnWorker, 1},
  };
  while (faults_.empty()) {
    const double share = dice.Chance(0.5) ? 0.3 : 0.7;
    for (const Fault& fault : all) {
      if (dice.Chance(share)) faults_.insert(faults_.end(), fault.weight, fault.strike);
    }
  }
  longest_pause_ms_ = dice.Chance(0.3) ? 8'000 : 1'500;
  host_.set_flips_bits(dice.Chance(0.3));
  world_.damages = dice.Chance(0.3) ? 0.5 : 0;
  for (SimulatedWorker* worker : workers_) worker->set_epoch_ms(dice.Between(500, 5'000));
}

void Nemesis::RageFor(int64_t ms) {
  Choose();
  Later(0, [this] { Strike(); });
  world_.events.After(ms, [this] { Mend(); });
}

void Nemesis::Later(int64_t wait_ms, EventQueue::Event event) {
  world_.events.After(wait_ms, [this, event = std::move(event)] {
    if (!is_over_) event();
  });
}

void Nemesis::Strike() {
  (this->*faults_[world_.dice.Below(faults_.size())])();
  Later(world_.dice.Between(50, longest_pause_ms_), [this] { Strike(); });
}

void Nemesis::Mend() {
  world_.watchdog.Trace("everything is mended");
  is_over_ = true;
  world_.network.SetTroubles(0, 0, 5);
  for (size_t link = 0; link < world_.network.links(); ++link) world_.network.Heal(link);
  host_.disk().set_full(false);
  host_.set_state_space(CoordinatorHost::kAmple);
  host_.set_flips_bits(false);
  host_.set_effects_fail(0);
  world_.store.set_full(false);
  world_.damages = 0;
}

void Nemesis::CrashCoordinator() {
  constexpr CrashPoint::Where kWheres[] = {CrashPoint::Where::kBetweenCommands,
                                           CrashPoint::Where::kInCommit,
                                           CrashPoint::Where::kBetweenAnswers};
  host_.CrashAt({.where = kWheres[world_.dice.Below(3)],
                 .after = static_cast<int>(world_.dice.Below(4)),
                 .power = world_.dice.Chance(0.5)});
}

void Nemesis::PauseCoordinator() {
  const int64_t ms = world_.dice.Between(500, 60'000);
  world_.watchdog.Count("coordinator paused", ms, " ms");
  host_.Pause(ms);
}

void Nemesis::KillWorker() { AnyWorker().Kill(world_.dice.Between(100, 10'000)); }

void Nemesis::PauseWorker() {
  const int64_t ms = world_.dice.Between(500, 40'000);
  world_.watchdog.Count("worker paused", ms, " ms");
  AnyWorker().Pause(ms);
}

void Nemesis::HangWorker() { AnyWorker().Hang(world_.dice.Between(5'000, 90'000)); }

void Nemesis::FailWorker() {
  constexpr v1::FailureKind kKinds[] = {v1::FAILURE_KIND_RESOURCES, v1::FAILURE_KIND_STORE,
                                        v1::FAILURE_KIND_INTERNAL, v1::FAILURE_KIND_OUT_OF_MEMORY};
  AnyWorker().FailNext(kKinds[world_.dice.Below(std::size(kKinds))]);
}

void Nemesis::MiscomputeOnWorker() { AnyWorker().MiscomputeNext(); }

void Nemesis::DismissWorker() { AnyWorker().Leave(world_.dice.Between(100, 10'000)); }

void Nemesis::CutLink() {
  const size_t link = AnyLink();
  const auto direction = world_.dice.Chance(0.5) ? Direction::kToCoordinator : Direction::kToClient;
  world_.watchdog.Count("link cut one way", link);
  world_.network.Cut(link, direction);
  if (world_.dice.Chance(0.3)) {
    world_.network.Cut(link, Direction::kToCoordinator);
    world_.network.Cut(link, Direction::kToClient);
  }
  Later(world_.dice.Between(500, 30'000), [this, link] { world_.network.Heal(link); });
}

// Links are clogged in one random order, and unclogged in another.
void Nemesis::SwizzleClog() {
  world_.watchdog.Count("swizzle-clog");
  for (size_t link = 0; link < world_.network.links(); ++link) {
    if (world_.dice.Chance(0.4)) continue;
    const int64_t from_ms = world_.dice.Between(0, 4'000);
    Later(from_ms, [this, link] { world_.network.Clog(link); });
    Later(from_ms + world_.dice.Between(500, 20'000),
          [this, link] { world_.network.Unclog(link); });
  }
}

void Nemesis::TroubleNetwork() {
  world_.watchdog.Count("network troubled");
  world_.network.SetTroubles(world_.dice.Chance(0.5) ? 0.2 : 0, world_.dice.Chance(0.5) ? 0.3 : 0,
                             world_.dice.Chance(0.3) ? 4'000 : 100);
}

void Nemesis::FillDisk() {
  world_.watchdog.Count("disk of the journal full");
  host_.disk().set_full(true);
  Later(world_.dice.Between(100, 10'000), [this] { host_.disk().set_full(false); });
}

// No new work is taken, or nothing that can wait is journaled.
void Nemesis::ShortenDisk() {
  world_.watchdog.Count("disk of the journal short of space");
  host_.set_state_space(world_.dice.Chance(0.5) ? 0.6 : 0.1);
  Later(world_.dice.Between(100, 20'000),
        [this] { host_.set_state_space(CoordinatorHost::kAmple); });
}

void Nemesis::FillStore() {
  world_.watchdog.Count("store full");
  world_.store.set_full(true);
  Later(world_.dice.Between(100, 20'000), [this] { world_.store.set_full(false); });
}

void Nemesis::JumpWallClock() {
  world_.watchdog.Count("wall clock jumped");
  world_.clock.JumpWallClock(world_.dice.Between(-7'200'000, 7'200'000));
}

void Nemesis::FailEffects() { host_.set_effects_fail(world_.dice.Chance(0.5) ? 0.5 : 0); }

}  // namespace pleat::simulation
