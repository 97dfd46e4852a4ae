// pleat-sim: plays seeds of the simulation, for people.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/simulation/run_seeds.h"

namespace pleat::simulation {
namespace {

void PrintCounts(const std::map<std::string, uint64_t>& counts) {
  for (const auto& [what, count] : counts) {
    std::printf("  %-34s %llu\n", what.c_str(), static_cast<unsigned long long>(count));
  }
}

int PlayOne(uint64_t seed, bool traces) {
  const SimulationReport report = Simulate(seed, traces);
  for (const std::string& line : report.history) std::printf("%s\n", line.c_str());
  std::printf("seed %llu (%s): %llu events in %.0f virtual seconds\n",
              static_cast<unsigned long long>(seed), report.scenario.c_str(),
              static_cast<unsigned long long>(report.events), 1e-3 * report.virtual_ms);
  PrintCounts(report.counts);
  if (report.violation.empty()) return 0;
  std::printf("VIOLATION %s\n", report.violation.c_str());
  return 1;
}

int PlayMany(const SeedRange& seeds) {
  const auto begin = std::chrono::steady_clock::now();
  const SeedsReport report = RunSeeds(seeds);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%llu seeds in %.1f s: %llu events, %.1f virtual hours\n",
              static_cast<unsigned long long>(report.ran), took.count(),
              static_cast<unsigned long long>(report.events), report.virtual_ms / 3.6e6);
  PrintCounts(report.counts);
  if (!report.failed.has_value()) return 0;
  std::printf("VIOLATION at seed %llu, %s\n%s\n", static_cast<unsigned long long>(*report.failed),
              report.violation.c_str(), ReplayCommand(*report.failed).c_str());
  return 1;
}

int Main(int argc, char** argv) {
  CLI::App app("Simulates a coordinator, its clients, network and disks, and breaks them.");
  uint64_t seed = 0;
  bool traces = false;
  SeedRange seeds{.first = 1, .count = 1'000, .threads = std::thread::hardware_concurrency()};
  const auto* one = app.add_option("--seed", seed, "Play this seed alone");
  app.add_flag("--trace", traces, "With --seed: print all that happened");
  app.add_option("--first", seeds.first, "The first of many seeds");
  app.add_option("--count", seeds.count, "How many seeds");
  app.add_option("--threads", seeds.threads, "Seeds at a time");
  CLI11_PARSE(app, argc, argv);
  return one->count() > 0 ? PlayOne(seed, traces) : PlayMany(seeds);
}

}  // namespace
}  // namespace pleat::simulation

int main(int argc, char** argv) { return pleat::simulation::Main(argc, argv); }
