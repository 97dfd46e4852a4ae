#include "coordinator/plan/make_plan.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/pruning_check.h"
#include "common/config/search_summary.h"
#include "coordinator/plan/play_sweep.h"

namespace pleat {
namespace {

SimulatedCluster ClusterOf(const v1::PlanRequest& request) {
  SimulatedCluster cluster{.folds = request.folds(),
                           .groups = request.groups(),
                           .ranks = request.ranks(),
                           .seconds_per_epoch = std::nullopt};
  if (request.has_seconds_per_epoch()) cluster.seconds_per_epoch = request.seconds_per_epoch();
  return cluster;
}

// Calls job(0) … job(count - 1), as many at a time as there are cores.
void InParallel(size_t count, const std::function<void(size_t)>& job) {
  std::atomic<size_t> next = 0;
  std::vector<std::jthread> threads;
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  for (size_t i = 0; i < std::min(cores, count); ++i) {
    threads.emplace_back([&] {
      for (size_t number = next++; number < count; number = next++) job(number);
    });
  }
}

// The sweep on the objective of that seed.
absl::StatusOr<PlayedSweep> PlayOn(uint64_t seed, const v1::SweepSpec& spec,
                                   const SimulatedCluster& cluster) {
  PLEAT_ASSIGN_OR_RETURN(const SyntheticObjective objective, SyntheticObjective::Make(spec, seed));
  return PlaySweep(spec, cluster, objective);
}

v1::Amounts Mean(const google::protobuf::RepeatedPtrField<v1::Play>& plays) {
  v1::Amounts mean;
  for (const v1::Play& play : plays) {
    const v1::Amounts& spent = play.spent();
    mean.set_fold_epochs(mean.fold_epochs() + spent.fold_epochs() / plays.size());
    if (!spent.has_wall_seconds()) continue;
    mean.set_wall_seconds(mean.wall_seconds() + spent.wall_seconds() / plays.size());
    mean.set_gpu_hours(mean.gpu_hours() + spent.gpu_hours() / plays.size());
  }
  return mean;
}

void TakeMost(const google::protobuf::RepeatedPtrField<v1::Play>& plays, v1::Amounts* most) {
  for (const v1::Play& play : plays) {
    const v1::Amounts& spent = play.spent();
    most->set_fold_epochs(std::max(most->fold_epochs(), spent.fold_epochs()));
    if (!spent.has_wall_seconds()) continue;
    most->set_wall_seconds(std::max(most->wall_seconds(), spent.wall_seconds()));
    most->set_gpu_hours(std::max(most->gpu_hours(), spent.gpu_hours()));
  }
}

v1::Plan DescribeSweep(const v1::PlanRequest& request) {
  v1::Plan plan;
  plan.set_sweep(request.spec().name());
  plan.set_method(absl::StrCat(MethodName(request.spec().search()), " search"));
  plan.set_trials(static_cast<uint32_t>(TrialCount(request.spec())));
  plan.set_folds(request.folds());
  plan.set_groups(request.groups());
  plan.set_ranks(request.ranks());
  if (request.has_seconds_per_epoch()) plan.set_seconds_per_epoch(request.seconds_per_epoch());
  return plan;
}

void TakeEpochs(const PlayedSweep& played, v1::Plan& plan) {
  const uint32_t fewest = plan.fewest_epochs();
  plan.set_fewest_epochs(fewest == 0 ? played.fewest_epochs
                                     : std::min(fewest, played.fewest_epochs));
  plan.set_most_epochs(std::max(plan.most_epochs(), played.most_epochs));
}

}  // namespace

absl::StatusOr<v1::Plan> MakePlan(const v1::PlanRequest& request) {
  v1::SweepSpec unpruned = request.spec();
  unpruned.mutable_search()->clear_pruning();
  const bool is_pruned = TrialsRace(request.spec().search());

  // Play i has objective i; those without pruning come behind.
  const uint32_t plays = request.plays();
  const SimulatedCluster cluster = ClusterOf(request);
  std::vector<absl::StatusOr<PlayedSweep>> played(is_pruned ? 2 * plays : plays);
  InParallel(played.size(), [&](size_t number) {
    played[number] = PlayOn(number % plays, number < plays ? request.spec() : unpruned, cluster);
  });

  v1::Plan plan = DescribeSweep(request);
  for (size_t number = 0; number < played.size(); ++number) {
    if (!played[number].ok()) return played[number].status();
    *(number < plays ? plan.add_plays() : plan.add_unpruned()) = played[number]->play;
    TakeEpochs(*played[number], plan);
  }
  *plan.mutable_expected() = Mean(plan.plays());
  TakeMost(plan.plays(), plan.mutable_worst());
  TakeMost(plan.unpruned(), plan.mutable_worst());
  if (plan.fewest_epochs() < plan.most_epochs()) {
    plan.add_notes(
        "trials differ in their epochs: each counts with its own, and a search that learns may "
        "choose others");
  }
  return plan;
}

}  // namespace pleat
