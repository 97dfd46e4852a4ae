#include "coordinator/plan/play_sweep.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "coordinator/plan/simulated_coordinator.h"
#include "coordinator/plan/simulated_fold.h"

namespace pleat {
namespace {

constexpr double kMicroseconds = 1e6;
constexpr int kQuarters = 4;
// No transform is larger than images of this size.
constexpr uint32_t kImageSize = 1 << 20;

v1::TaskResult PreparedData() {
  v1::TaskResult result;
  v1::DatasetInfo* train = result.mutable_prepare_data()->add_datasets();
  train->set_split("train");
  train->set_height(kImageSize);
  train->set_width(kImageSize);
  return result;
}

// A group, and what it trains.
struct Group {
  std::optional<v1::Lease> lease;
  uint32_t epoch = 0;  // that it has finished
  uint64_t turn = 0;   // grows with each lease that it gets or loses

  const v1::TrainFoldTask& task() const { return lease->task().train_fold(); }
};

// The end of an epoch: when, of which group, and what it was at when the epoch began.
struct EpochEnd {
  int64_t us = 0;
  uint32_t group = 0;
  uint64_t turn = 0;

  bool operator>(const EpochEnd& other) const {
    return std::tie(us, group, turn) > std::tie(other.us, other.group, other.turn);
  }
};

class PlayOfSweep {
 public:
  PlayOfSweep(const SimulatedCluster& cluster, const SyntheticObjective& objective)
      : cluster_(cluster),
        objective_(objective),
        epoch_us_(std::max<int64_t>(
            1, std::llround(cluster.seconds_per_epoch.value_or(1) * kMicroseconds))),
        coordinator_(cluster.folds),
        groups_(cluster.groups) {}

  absl::StatusOr<PlayedSweep> Run(const v1::SweepSpec& spec) {
    PLEAT_RETURN_IF_ERROR(coordinator_.Submit(spec));
    for (uint32_t group = 0; group < cluster_.groups; ++group) {
      coordinator_.Register(group, cluster_.ranks);
      coordinator_.Acquire(group);
    }
    PLEAT_RETURN_IF_ERROR(HearNews());
    while (!IsOver()) PLEAT_RETURN_IF_ERROR(FinishNextEpoch());
    if (sweep().ended.has_value()) return absl::InvalidArgumentError(sweep().ended->reason());
    return Summarize();
  }

 private:
  const Sweep& sweep() const { return coordinator_.sweep(); }
  bool IsOver() const { return sweep().ended.has_value() || sweep().AllTrialsEnded(); }

  // Lets groups take up what they are given and drop what was stopped, until nothing is new.
  absl::Status HearNews() {
    for (;;) {
      const SimulatedCoordinator::News news = coordinator_.TakeNews();
      if (news.leases.empty() && news.cancelled.empty()) return absl::OkStatus();
      for (const auto& [group, lease] : news.leases) PLEAT_RETURN_IF_ERROR(Begin(group, lease));
      for (const std::string& task : news.cancelled) Drop(task);
    }
  }

  absl::Status Begin(uint32_t number, const v1::Lease& lease) {
    if (lease.task().has_prepare_data()) {
      PLEAT_RETURN_IF_ERROR(coordinator_.Complete(lease, PreparedData()));
      coordinator_.Acquire(number);
      return absl::OkStatus();
    }
    Group& group = groups_[number];
    group.lease = lease;
    group.epoch = group.task().resume_from().epoch();
    ++group.turn;
    BeginEpoch(number);
    return absl::OkStatus();
  }

  void BeginEpoch(uint32_t number) {
    epoch_ends_.push({.us = now_us_ + epoch_us_, .group = number, .turn = groups_[number].turn});
  }

  // A group hears at once that its trial was stopped. A real one hears of it within an epoch or a
  // heartbeat, whichever ends first.
  void Drop(const std::string& task) {
    for (uint32_t number = 0; number < groups_.size(); ++number) {
      const Group& group = groups_[number];
      if (group.lease.has_value() && group.lease->task().id() == task) AskAgain(number);
    }
  }

  void AskAgain(uint32_t number) {
    groups_[number].lease.reset();
    ++groups_[number].turn;
    coordinator_.Acquire(number);
  }

  absl::Status FinishNextEpoch() {
    if (epoch_ends_.empty()) {
      return absl::InternalError("the play stands still: no group trains, but trials are open");
    }
    const EpochEnd end = epoch_ends_.top();
    epoch_ends_.pop();
    if (groups_[end.group].turn != end.turn) return absl::OkStatus();
    now_us_ = end.us;
    coordinator_.SetTime(now_us_ / 1'000);
    PLEAT_RETURN_IF_ERROR(FinishEpoch(end.group));
    PLEAT_RETURN_IF_ERROR(HearNews());
    FollowBest();
    return absl::OkStatus();
  }

  // As a worker does it: the epoch is reported, then its directive obeyed.
  absl::Status FinishEpoch(uint32_t number) {
    Group& group = groups_[number];
    const v1::Lease& lease = *group.lease;
    const v1::TrainFoldTask& task = group.task();
    const SyntheticCurve& curve = CurveOf(task.config());
    const uint32_t epoch = ++group.epoch;
    ++fold_epochs_;
    PLEAT_ASSIGN_OR_RETURN(
        const v1::Directive directive,
        coordinator_.Report(lease, SyntheticMetrics(curve.LossAt(task.fold(), epoch), epoch)));
    // That its trial was stopped is among the news.
    if (directive.stop()) return absl::OkStatus();
    if (directive.pause()) {
      PLEAT_RETURN_IF_ERROR(coordinator_.Pause(lease, epoch));
    } else if (epoch == EpochCount(task.config().training())) {
      PLEAT_RETURN_IF_ERROR(coordinator_.Complete(lease, SyntheticResult(task, curve)));
    } else {
      BeginEpoch(number);
      return absl::OkStatus();
    }
    AskAgain(number);
    return absl::OkStatus();
  }

  const SyntheticCurve& CurveOf(const v1::TrialConfig& config) {
    std::optional<SyntheticCurve>& curve = CurveSlot(config.trial());
    if (!curve.has_value()) {
      curve = objective_.CurveOf({config.parameters().begin(), config.parameters().end()});
    }
    return *curve;
  }

  std::optional<SyntheticCurve>& CurveSlot(uint32_t trial) {
    if (trial >= curves_.size()) curves_.resize(trial + 1);
    return curves_[trial];
  }

  // Notes when another trial became the best.
  void FollowBest() {
    if (sweep().best_trial == best_trial_) return;
    best_trial_ = sweep().best_trial;
    if (!objective_.HasParameters()) return;
    best_.emplace_back(fold_epochs_, objective_.BetterShare(*CurveSlot(*best_trial_)));
  }

  PlayedSweep Summarize() const {
    PlayedSweep played;
    v1::Play& play = played.play;
    play.set_trials(static_cast<uint32_t>(sweep().trials.size()));
    play.set_stopped(static_cast<uint32_t>(std::ranges::count_if(
        sweep().trials, [](const Trial& trial) { return trial.stopped.has_value(); })));
    if (sweep().search_ended.has_value()) play.set_search_ended(sweep().search_ended->reason());
    v1::Amounts* spent = play.mutable_spent();
    spent->set_fold_epochs(static_cast<double>(fold_epochs_));
    if (cluster_.seconds_per_epoch.has_value()) {
      spent->set_wall_seconds(static_cast<double>(now_us_) / kMicroseconds);
      spent->set_gpu_hours(static_cast<double>(sweep().trained_rank_ms) / 3'600'000);
    }
    AddBetterShares(play);
    for (const Trial& trial : sweep().trials) {
      const uint32_t epochs = EpochCount(trial.config.training());
      played.most_epochs = std::max(played.most_epochs, epochs);
      const uint32_t fewest = played.fewest_epochs;
      played.fewest_epochs = fewest == 0 ? epochs : std::min(fewest, epochs);
    }
    return played;
  }

  void AddBetterShares(v1::Play& play) const {
    if (!objective_.HasParameters()) return;
    for (int quarter = 1; quarter <= kQuarters; ++quarter) {
      double share = 1;
      for (const auto& [epochs, better] : best_) {
        if (kQuarters * epochs <= quarter * fold_epochs_) share = better;
      }
      play.add_better_share(share);
    }
  }

  const SimulatedCluster& cluster_;
  const SyntheticObjective& objective_;
  const int64_t epoch_us_;
  SimulatedCoordinator coordinator_;
  std::vector<Group> groups_;
  std::priority_queue<EpochEnd, std::vector<EpochEnd>, std::greater<>> epoch_ends_;
  int64_t now_us_ = 0;
  uint64_t fold_epochs_ = 0;
  std::vector<std::optional<SyntheticCurve>> curves_;  // by trial
  std::optional<uint32_t> best_trial_;
  // After how many fold-epochs the best trial changed, and the share that is better than the new.
  std::vector<std::pair<uint64_t, double>> best_;
};

}  // namespace

absl::StatusOr<PlayedSweep> PlaySweep(const v1::SweepSpec& spec, const SimulatedCluster& cluster,
                                      const SyntheticObjective& objective) {
  return PlayOfSweep(cluster, objective).Run(spec);
}

}  // namespace pleat
