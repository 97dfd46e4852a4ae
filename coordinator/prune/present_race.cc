#include "coordinator/prune/present_race.h"

#include <algorithm>
#include <utility>

namespace pleat {

PresentRace::PresentRace(Race shape, std::unique_ptr<RacingRule> rule, PastDecisions past)
    : race_(std::move(shape)), rule_(std::move(rule)), past_(std::move(past)) {}

void PresentRace::AddTrial() {
  const auto trial = static_cast<uint32_t>(race_.trials.size());
  race_.AddTrial();
  RacingTrial::Phase& phase = race_.trials.back().phase;
  if (past_.stopped.contains(trial) || past_.left.contains(trial)) {
    phase = RacingTrial::Phase::kStopped;
  } else if (past_.finished.contains(trial)) {
    phase = RacingTrial::Phase::kEnded;
  }
}

void PresentRace::Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) {
  std::vector<double>& scores = race_.trials[trial].folds[fold].scores;
  if (epoch != scores.size()) return;
  scores.push_back(score);
  news_.push_back({.trial = trial, .is_fold_over = IsOver(race_, trial, fold)});
}

void PresentRace::Fail(uint32_t trial, uint32_t fold) {
  race_.trials[trial].folds[fold].has_failed = true;
  news_.push_back({.trial = trial, .is_fold_over = true});
}

void PresentRace::Leave(uint32_t trial) {
  race_.trials[trial].phase = RacingTrial::Phase::kStopped;
}

std::vector<RaceEnd> PresentRace::Advance() {
  std::vector<RaceEnd> ends;
  for (const News& news : std::exchange(news_, {})) {
    if (IsRunning(news.trial) && HasEnded(news.trial)) {
      End(news.trial, RacingTrial::Phase::kEnded, "", &ends);
    }
    if (!news.is_fold_over) {
      StopIfDecided(news.trial, &ends);
      continue;
    }
    for (uint32_t trial = 0; trial < race_.trials.size(); ++trial) StopIfDecided(trial, &ends);
  }
  return ends;
}

bool PresentRace::HasEnded(uint32_t trial) const {
  for (uint32_t fold = 0; fold < race_.folds; ++fold) {
    if (!IsOver(race_, trial, fold)) return false;
  }
  return true;
}

void PresentRace::StopIfDecided(uint32_t trial, std::vector<RaceEnd>* ends) {
  if (!IsRunning(trial)) return;
  RaceDecision decision = rule_->Decide(race_, trial);
  if (!decision.stop) return;
  End(trial, RacingTrial::Phase::kStopped, std::move(decision.reason), ends);
}

void PresentRace::End(uint32_t trial, RacingTrial::Phase how, std::string reason,
                      std::vector<RaceEnd>* ends) {
  race_.trials[trial].phase = how;
  ends->push_back({.trial = trial,
                   .is_stopped = how == RacingTrial::Phase::kStopped,
                   .reason = std::move(reason),
                   .folds = FinishedFolds(race_, trial)});
}

std::vector<FoldToTrain> PresentRace::FoldsToTrain() const {
  std::vector<FoldToTrain> current, further;
  for (uint32_t trial = 0; trial < race_.trials.size(); ++trial) {
    if (!IsRunning(trial)) continue;
    bool is_first = true;
    for (uint32_t fold = 0; fold < race_.folds; ++fold) {
      if (IsOver(race_, trial, fold)) continue;
      (is_first ? current : further).push_back({.trial = trial, .fold = fold});
      is_first = false;
    }
  }
  current.insert(current.end(), further.begin(), further.end());
  return current;
}

}  // namespace pleat
