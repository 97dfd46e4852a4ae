// A checker that cannot fail proves nothing: with one mechanism wrong, the simulation must notice
// within so many seeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "common/base/protections.h"
#include "tests/simulation/run_seeds.h"

namespace pleat::simulation {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr uint64_t kSeeds = 200;

// The violation that is found, which is told too: how soon it came says how sharp the check is.
std::string FindViolation() {
  const SeedsReport report = RunSeeds({.first = 1, .count = kSeeds, .threads = 1});
  if (!report.failed.has_value()) return "nothing";
  std::printf("noticed at seed %d: %s\n", static_cast<int>(*report.failed),
              report.violation.c_str());
  return report.violation;
}

// While it lasts.
class SwitchedOff {
 public:
  explicit SwitchedOff(Protection protection) : protection_(protection) {
    switched_off = &protection_;
  }
  ~SwitchedOff() { switched_off = nullptr; }

 private:
  const Protection protection_;
};

TEST(Weakness, IsNoticedWhenStaleAttemptsAreHeard) {
  const SwitchedOff fencing(Protection::kFencing);
  EXPECT_THAT(FindViolation(), HasSubstr("it is not the live one"));
}

TEST(Weakness, IsNoticedWhenRequestIdsMeanNothing) {
  const SwitchedOff request_ids(Protection::kRequestIds);
  EXPECT_THAT(FindViolation(),
              AnyOf(HasSubstr("was carried out twice"), HasSubstr("is answered otherwise")));
}

TEST(Weakness, IsNoticedWhenCommitsAreNotDurable) {
  const SwitchedOff sync(Protection::kSync);
  EXPECT_THAT(FindViolation(), HasSubstr("are gone"));
}

TEST(Weakness, IsNoticedWhenAnswersComeBeforeCommits) {
  const SwitchedOff commit_first(Protection::kCommitFirst);
  EXPECT_THAT(FindViolation(), HasSubstr("gone"));
}

TEST(Weakness, IsNoticedWhenLeasesExpireByTheWallClock) {
  // It jumps both ways: leases are lost too early, or never.
  const SwitchedOff lease_clock(Protection::kLeaseClock);
  EXPECT_THAT(FindViolation(),
              AnyOf(HasSubstr("after a sign of life"), HasSubstr("does not come to its end")));
}

TEST(Weakness, IsNoticedWhenCollectionsTouchRunningAttempts) {
  const SwitchedOff folders(Protection::kRunningFolders);
  EXPECT_THAT(FindViolation(), HasSubstr("names a file that is not there"));
}

TEST(Weakness, IsNoticedWhenCollectionsForgetTheSecondCheckpoint) {
  const SwitchedOff checkpoint(Protection::kSecondCheckpoint);
  EXPECT_THAT(FindViolation(), HasSubstr("names a file that is not there"));
}

TEST(Weakness, IsAbsentOtherwise) {
  const SeedsReport report = RunSeeds({.first = 1, .count = kSeeds, .threads = 1});
  EXPECT_FALSE(report.failed.has_value()) << report.violation;
}

}  // namespace
}  // namespace pleat::simulation
