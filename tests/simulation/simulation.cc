#include "tests/simulation/simulation.h"

#include <memory>
#include <mutex>
#include <utility>

#include "tests/simulation/nemesis.h"
#include "tests/simulation/outcome.h"
#include "tests/simulation/simulated_user.h"
#include "tests/simulation/simulated_worker.h"
#include "tests/simulation/world.h"

namespace pleat::simulation {
namespace {

constexpr int64_t kLookMs = 1'000;
// After everything was mended: tasks wait for a minute at most, leases for ten seconds.
constexpr int64_t kLongestEndMs = 20 * 60'000;
// A coordinator that starts collects what is left within.
constexpr int64_t kLongestCollectionsMs = 30'000;
constexpr size_t kMostWorkers = 4;
// Within which a fold cannot be lost ten times in a row, and so be given up.
constexpr int64_t kShortestRageMs = 10'000;
constexpr int64_t kLongestRageMs = 80'000;

class Run {
 public:
  Run(uint64_t seed, const Scenario& scenario, bool traces)
      : world_(seed, kMostWorkers + scenario.users.size(), traces),
        host_(world_),
        failures_(scenario.is_audited) {
    const auto count = static_cast<size_t>(world_.dice.Between(2, kMostWorkers));
    for (size_t link = 0; link < count; ++link) {
      workers_.push_back(std::make_unique<SimulatedWorker>(world_, host_, failures_, link));
    }
    for (size_t user = 0; user < scenario.users.size(); ++user) {
      users_.push_back(std::make_unique<SimulatedUser>(world_, host_, kMostWorkers + user,
                                                       scenario.users[user]));
    }
  }

  // `rages`: whether anything breaks. The outcome, if nothing was violated.
  std::string Play(bool rages) {
    std::vector<SimulatedWorker*> workers;
    for (const auto& worker : workers_) workers.push_back(worker.get());
    Nemesis nemesis(world_, host_, workers);
    host_.Start();
    for (SimulatedWorker* worker : workers) worker->Start();
    for (const auto& user : users_) user->Start();
    const int64_t rage_ms = rages ? world_.dice.Between(kShortestRageMs, kLongestRageMs) : 0;
    if (rages) nemesis.RageFor(rage_ms);
    Look(nemesis, rages, rage_ms + kLongestEndMs);
    while (!is_finished_ && world_.watchdog.violation().empty() && world_.events.RunNext()) {
    }
    if (!world_.watchdog.violation().empty()) return "";
    // Once more, so that the end state too is what the journal says.
    host_.Restart();
    while (host_.state() == nullptr && world_.watchdog.violation().empty() &&
           world_.events.RunNext()) {
    }
    if (host_.state() == nullptr) return "";
    AwaitCollections();
    return OutcomeText(*host_.state());
  }

  World& world() { return world_; }

 private:
  void Look(const Nemesis& nemesis, bool rages, int64_t until_ms) {
    if ((nemesis.is_over() || !rages) && HasEnded()) {
      is_finished_ = true;
      return;
    }
    if (world_.events.now_ms() > until_ms) {
      return world_.watchdog.Violate("it does not come to its end: ", Stand());
    }
    world_.events.After(kLookMs,
                        [this, &nemesis, rages, until_ms] { Look(nemesis, rages, until_ms); });
  }

  // With its start a coordinator collects what may be left.
  void AwaitCollections() {
    const int64_t until_ms = world_.events.now_ms() + kLongestCollectionsMs;
    while (HasGarbage() && world_.events.now_ms() < until_ms) {
      const int64_t look_ms = world_.events.now_ms() + kLookMs;
      while (world_.events.now_ms() < look_ms && world_.events.RunNext()) {
      }
    }
    if (HasGarbage()) world_.watchdog.Violate("garbage stays: ", host_.Garbage().front());
  }

  // Nobody knows while the coordinator is down.
  bool HasGarbage() const { return host_.state() != nullptr && !host_.Garbage().empty(); }

  bool HasEnded() const {
    for (const auto& user : users_) {
      if (!user->done()) return false;
    }
    const State* state = host_.state();
    if (state == nullptr || !state->removing().empty()) return false;
    return state->live_sweeps().empty();
  }

  std::string Stand() const {
    return host_.state() == nullptr ? "the coordinator is down" : OutcomeText(*host_.state());
  }

  World world_;
  CoordinatorHost host_;
  FailureBudget failures_;
  std::vector<std::unique_ptr<SimulatedWorker>> workers_;
  std::vector<std::unique_ptr<SimulatedUser>> users_;
  bool is_finished_ = false;
};

// The outcome of a run in which nothing breaks.
const std::string& CalmOutcome(size_t scenario) {
  static std::mutex mutex;
  static std::map<size_t, std::string> outcomes;
  std::lock_guard lock(mutex);
  std::string& outcome = outcomes[scenario];
  if (outcome.empty()) {
    Run run(/*seed=*/0, Scenarios()[scenario], /*traces=*/false);
    outcome = run.Play(/*rages=*/false);
    if (outcome.empty()) outcome = "calm run: " + run.world().watchdog.violation();
  }
  return outcome;
}

}  // namespace

SimulationReport Simulate(uint64_t seed, bool traces) {
  const size_t scenario = seed % Scenarios().size();
  const std::string& calm = CalmOutcome(scenario);
  Run run(seed, Scenarios()[scenario], traces);
  const std::string outcome = run.Play(/*rages=*/true);
  Watchdog& watchdog = run.world().watchdog;
  if (watchdog.violation().empty() && outcome != calm) {
    watchdog.Violate("the outcome is not that of a calm run:\n", outcome, "calm:\n", calm);
  }
  return {.scenario = Scenarios()[scenario].name,
          .violation = watchdog.violation(),
          .counts = watchdog.counts(),
          .history = watchdog.history(),
          .events = run.world().events.events(),
          .virtual_ms = run.world().events.now_ms()};
}

}  // namespace pleat::simulation
