#include "tests/simulation/run_seeds.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pleat::simulation {
namespace {

thread_local uint64_t running_seed = 0;

// The core aborts rather than journal nonsense; that too is to be played again.
void TellSeed(int signal) {
  std::fprintf(stderr, "aborted at seed %llu\n%s\n", static_cast<unsigned long long>(running_seed),
               ReplayCommand(running_seed).c_str());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void Add(const SimulationReport& one, uint64_t seed, SeedsReport& all) {
  ++all.ran;
  all.events += one.events;
  all.virtual_ms += one.virtual_ms;
  for (const auto& [what, count] : one.counts) all.counts[what] += count;
  if (one.violation.empty() || (all.failed.has_value() && *all.failed < seed)) return;
  all.failed = seed;
  all.violation = one.violation;
}

}  // namespace

std::string ReplayCommand(uint64_t seed) {
  return absl::StrCat("build/release/bin/pleat-sim --seed ", seed, " --trace");
}

SeedsReport RunSeeds(const SeedRange& seeds) {
  std::signal(SIGABRT, TellSeed);
  SeedsReport report;
  std::mutex mutex;
  std::atomic<uint64_t> next = seeds.first;
  std::atomic<bool> stops = false;
  const auto work = [&] {
    for (uint64_t seed = next++; seed < seeds.first + seeds.count && !stops; seed = next++) {
      running_seed = seed;
      const SimulationReport one = Simulate(seed);
      std::lock_guard lock(mutex);
      Add(one, seed, report);
      if (report.failed.has_value()) stops = true;
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < seeds.threads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return report;
}

}  // namespace pleat::simulation
