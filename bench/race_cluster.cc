#include "race_cluster.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "common/base/philox.h"
#include "coordinator/prune/logical_race.h"
#include "coordinator/prune/present_race.h"

namespace pleat {
namespace {

// Groups, and trials, differ in speed by up to this factor, either way.
constexpr double kGroupSpeeds = 1.25;
constexpr double kTrialSpeeds = 1.4;

struct Group {
  double seconds = 1;  // of an epoch
  bool is_busy = false;
  FoldToTrain work;
  double epoch_ends = 0;
};

class Cluster {
 public:
  Cluster(const ScoreTable& scores, const Way& way, uint32_t seed, FoldRace& race)
      : scores_(scores), way_(way), race_(race), groups_(way.groups) {
    RandomStream random(seed, RandomPurpose::kSearch, 3);
    const auto draw = [&](double most) { return std::pow(most, random.NextUniform(-1, 1)); };
    for (size_t i = 0; i < scores.size(); ++i) trial_seconds_.push_back(draw(kTrialSpeeds));
    for (Group& group : groups_) group.seconds = draw(kGroupSpeeds);
  }

  uint32_t Train() {
    while (true) {
      AddTrials();
      for (Group& group : groups_) {
        if (!group.is_busy) Give(group);
      }
      Group* next = nullptr;
      for (Group& group : groups_) {
        if (!group.is_busy || (next != nullptr && group.epoch_ends >= next->epoch_ends)) continue;
        next = &group;
      }
      if (next == nullptr) return begun_;
      End(*next);
    }
  }

 private:
  // All of them, or as many as are at once if what comes next depends on the moment.
  void AddTrials() {
    while (added_ < scores_.size() && (way_.is_reproducible || InFlight() < way_.at_once)) {
      race_.AddTrial();
      ++added_;
    }
  }
  int64_t InFlight() const {
    return std::ranges::count(race_.race().trials, RacingTrial::Phase::kRunning,
                              &RacingTrial::phase);
  }
  bool IsTaken(const FoldToTrain& work) const {
    return std::ranges::any_of(
        groups_, [&](const Group& group) { return group.is_busy && group.work == work; });
  }
  // The fold that it was at if it may go on with it, else the first that no group has.
  void Give(Group& group) {
    const std::vector<FoldToTrain> open = race_.FoldsToTrain();
    auto work = std::ranges::find_if(
        open, [&](const FoldToTrain& one) { return one == group.work && !IsTaken(one); });
    if (work == open.end()) {
      work = std::ranges::find_if(open, [&](const FoldToTrain& one) { return !IsTaken(one); });
    }
    if (work == open.end()) return;
    group.work = *work;
    group.is_busy = true;
    group.epoch_ends = now_ + group.seconds * trial_seconds_[work->trial];
    ++begun_;
  }
  // What is begun of a trial that is stopped is lost.
  void End(Group& group) {
    now_ = group.epoch_ends;
    group.is_busy = false;
    const FoldToTrain work = group.work;
    const uint32_t epoch = epochs_[{work.trial, work.fold}]++;
    race_.Report(work.trial, work.fold, epoch, scores_[work.trial][work.fold][epoch]);
    for (const RaceEvent& event : race_.Advance()) {
      for (Group& other : groups_) {
        if (event.is_stop() && other.work.trial == event.trial) other.is_busy = false;
      }
    }
  }

  const ScoreTable& scores_;
  const Way way_;
  FoldRace& race_;
  uint32_t added_ = 0;
  std::vector<Group> groups_;
  std::vector<double> trial_seconds_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> epochs_;  // done, by trial and fold
  uint32_t begun_ = 0;
  double now_ = 0;
};

}  // namespace

std::string ModeName(const Way& way) {
  return way.is_reproducible ? "in logical order" : "at the moment";
}

std::unique_ptr<FoldRace> MakeRace(const Race& shape, uint32_t trials, const Way& way,
                                   uint32_t most_ahead, std::unique_ptr<RacingRule> rule) {
  Rungs rungs({.min_epochs = shape.epochs}, shape.epochs);
  if (!way.is_reproducible) {
    return std::make_unique<PresentRace>(
        shape, PresentRace::Limits{.trials = trials, .is_breadth_first = true}, std::move(rungs),
        std::move(rule));
  }
  const LogicalRace::Limits limits = {
      .trials = trials, .at_once = way.at_once, .most_ahead = most_ahead, .is_breadth_first = true};
  return std::make_unique<LogicalRace>(shape, limits, std::move(rungs), std::move(rule));
}

uint32_t EpochsToRace(const ScoreTable& scores, const Way& way, uint32_t seed, FoldRace& race) {
  return Cluster(scores, way, seed, race).Train();
}

}  // namespace pleat
