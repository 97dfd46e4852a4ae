// Random commands, losses and restarts: invariants hold after each command and every restart comes
// to the same state (the harness checks both), and every sweep comes to its end.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "common/base/philox.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

class RandomFaults {
 public:
  explicit RandomFaults(uint64_t seed) : random_(seed, RandomPurpose::kSearch) {
    for (const char* name : {"a", "b"}) EXPECT_TRUE(core.Submit(Spec(name)).ok());
  }

  void Step() {
    // Work is more frequent than faults, so that sweeps get far.
    switch (random_.NextBelow(28)) {
      case 0:
        return core.AdvanceMs(static_cast<int64_t>(random_.NextBelow(15'000)));
      case 1:
        return core.Restart();
      case 2:
        return core.CancelTrial(AnyName(), random_.NextBelow(3)).IgnoreError();
      case 3:
        return RemoveEndedSweep();
      case 4:
        return WithAnyLease([&](const auto& lease) { return core.Fail(lease, AnyFailure()); });
      case 5:
        return WithAnyLease([&](const auto& lease) { return core.Release(lease); });
      case 6:
        if (!core.effects.empty() && random_.NextBelow(10) == 0) {
          core.FailEffect(absl::InternalError("disk on fire"));
        }
        return;
      case 7:
        return WithAnyLease([&](const auto& lease) { return core.ReportEpoch(lease, AnyEpoch()); });
      case 8:
        return WithAnyLease([&](const auto& lease) { return core.Publish(lease, AnyEpoch()); });
      case 9:
        return WithAnyLease(
            [&](const auto& lease) { return core.Heartbeat(lease, AnyEpoch()).status(); });
      case 10:
      case 11:
      case 12:
        if (!core.effects.empty()) core.RunEffect();
        return;
      case 13:
      case 14:
      case 15:
      case 16:
      case 17:
        return WithAnyLease([&](const auto& lease) { return core.Complete(lease); });
      case 18:
        extended += core.Extend(AnyName(), 1).ok();
        return;
      case 19:
        retried += core.Retry(AnyName(), random_.NextBelow(3)).ok();
        return;
      case 20:
        retried += core.Retry(AnyName(), random_.NextBelow(3), random_.NextBelow(3)).ok();
        return;
      case 21:
        changed += core.ChangeLimits(AnyName(), {AnyLimit()}).ok();
        return;
      default:
        return Acquire();
    }
  }

  // Lets one good worker bring every sweep to its end.
  void Settle() {
    core.AdvanceMs(20'000);
    core.Restart();  // removals that failed begin anew
    core.Register("last");
    for (const char* name : {"a", "b"}) {
      if (core.state().FindSweep(name) == nullptr) continue;
      core.Finish(name, "last");
      EXPECT_TRUE(core.sweep(name).ended.has_value());
    }
    while (!core.effects.empty()) core.RunEffect();
    EXPECT_TRUE(core.state().removing().empty());
    core.Restart();
  }

  CoreHarness core;
  int removed = 0;
  int begun = 0;  // sweeps that begin with the weights of another
  int extended = 0;
  int retried = 0;
  int changed = 0;

 private:
  static void BeginWithSweepA(v1::SweepSpec& spec) {
    v1::StartFromSpec& start = *spec.mutable_training()->mutable_start_from();
    start.set_sweep("a");
    start.set_trial(-1);
    start.set_fold(-1);
    start.set_strict(false);
  }

  static v1::SweepSpec Spec(const std::string& name) {
    // One with a test set to predict, one with its own folds over test-time views only.
    if (name == "a") {
      v1::SweepSpec spec = SmallSweep(
          name, 9, 3, "resources: {max_concurrent_trials: 2}\nverify: {audit_fraction: 0.5}\n");
      spec.mutable_search()->set_max_trials(3);
      return spec;
    }
    return SweepWithoutTestSet(name, 2, 2, "ensemble: {tta: {views: [identity: {}]}}\n");
  }

  std::string AnyName() { return random_.NextBelow(2) == 0 ? "a" : "b"; }
  uint32_t AnyEpoch() { return static_cast<uint32_t>(random_.NextBelow(5)); }
  v1::FailureKind AnyFailure() {
    // Data and configuration end the whole sweep, so they are rare.
    if (random_.NextBelow(20) == 0) return v1::FAILURE_KIND_DATA;
    return static_cast<v1::FailureKind>(
        v1::FAILURE_KIND_NAN +
        random_.NextBelow(v1::FAILURE_KIND_OUT_OF_MEMORY - v1::FAILURE_KIND_NAN + 1));
  }

  std::string AnyLimit() {
    switch (random_.NextBelow(3)) {
      case 0:
        return absl::StrCat("search.max_trials=", 1 + random_.NextBelow(6));
      case 1:
        return absl::StrCat("search.budget.fold_epochs=", 1 + random_.NextBelow(200));
      default:
        return absl::StrCat("resources.max_concurrent_trials=", 1 + random_.NextBelow(4));
    }
  }

  // Any lease ever granted: mostly a late one, but also those that are lost or stale.
  void WithAnyLease(const std::function<absl::Status(const v1::Lease&)>& act) {
    if (leases_.empty()) return;
    const uint64_t back = random_.NextBelow(random_.NextBelow(4) == 0 ? leases_.size() : 1);
    act(leases_[leases_.size() - 1 - back]).IgnoreError();
  }

  void Acquire() {
    const std::string worker = absl::StrCat("w", random_.NextBelow(4));
    core.Register(worker);
    const v1::AcquireTaskResponse task = core.Acquire(worker);
    if (task.has_lease()) leases_.push_back(task.lease());
  }

  // Removes a sweep that has ended, or submits it again when it is gone.
  void RemoveEndedSweep() {
    const std::string name = AnyName();
    if (core.state().FindSweep(name) == nullptr) {
      v1::SweepSpec spec = Spec(name);
      if (name == "b" && random_.NextBelow(2) == 0) BeginWithSweepA(spec);
      begun += core.Submit(spec).ok() && spec.training().has_start_from();
    } else {
      removed += core.Remove(name).code() == absl::StatusCode::kUnknown;
    }
  }

  RandomStream random_;
  std::vector<v1::Lease> leases_;
};

TEST(CoordinatorCore, SurvivesRandomFaultsAndStillFinishes) {
  int removed = 0;
  int begun = 0;
  int extended = 0;
  int retried = 0;
  int changed = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    RandomFaults faults(seed);
    for (int step = 0; step < 400 && !testing::Test::HasFailure(); ++step) faults.Step();
    if (!testing::Test::HasFailure()) faults.Settle();
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
    removed += faults.removed;
    begun += faults.begun;
    extended += faults.extended;
    retried += faults.retried;
    changed += faults.changed;
  }
  EXPECT_GT(removed, 0);
  EXPECT_GT(begun, 0);
  EXPECT_GT(extended, 0);
  EXPECT_GT(retried, 0);
  EXPECT_GT(changed, 0);
}

}  // namespace
}  // namespace pleat
