#include "coordinator/prune/logical_race.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace pleat {

LogicalRace::LogicalRace(Race shape, const Limits& limits, std::unique_ptr<RacingRule> rule,
                         PastDecisions past)
    : race_(shape),
      known_(std::move(shape)),
      limits_(limits),
      rule_(std::move(rule)),
      past_(std::move(past)) {
  Fill();
}

void LogicalRace::Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) {
  std::vector<double>& scores = known_.trials[trial].folds[fold].scores;
  if (epoch == scores.size()) scores.push_back(score);
}

void LogicalRace::Fail(uint32_t trial, uint32_t fold) {
  known_.trials[trial].folds[fold].has_failed = true;
}

void LogicalRace::Leave(uint32_t trial) {
  past_.left.emplace(trial, round_);
  Fill();
}

std::vector<RaceEnd> LogicalRace::Advance() {
  std::vector<RaceEnd> ends;
  while (!in_flight_.empty() && IsRoundThere()) {
    for (const uint32_t trial : in_flight_) TakeEpoch(trial);
    EndRound(&ends);
    ++round_;
    Fill();
  }
  return ends;
}

void LogicalRace::Fill() {
  LetLeave();
  while (in_flight_.size() < limits_.at_once && race_.trials.size() < limits_.trials) {
    in_flight_.push_back(static_cast<uint32_t>(race_.trials.size()));
    race_.AddTrial();
    LetLeave();
  }
}

void LogicalRace::LetLeave() {
  for (const uint32_t trial : in_flight_) {
    const auto left = past_.left.find(trial);
    if (left == past_.left.end() || left->second > round_) continue;
    race_.trials[trial].phase = RacingTrial::Phase::kStopped;
  }
  RemoveEnded();
}

bool LogicalRace::IsRoundThere() const {
  return std::ranges::all_of(in_flight_, [&](uint32_t trial) {
    if (trial >= known_.trials.size()) return false;
    const uint32_t fold = CurrentFold(trial);
    const FoldCurve& known = known_.trials[trial].folds[fold];
    return known.has_failed || known.scores.size() > race_.trials[trial].folds[fold].scores.size();
  });
}

void LogicalRace::TakeEpoch(uint32_t trial) {
  const uint32_t fold = CurrentFold(trial);
  const FoldCurve& known = known_.trials[trial].folds[fold];
  FoldCurve& curve = race_.trials[trial].folds[fold];
  if (known.scores.size() > curve.scores.size()) {
    curve.scores.push_back(known.scores[curve.scores.size()]);
  } else {
    curve.has_failed = true;
  }
}

void LogicalRace::EndRound(std::vector<RaceEnd>* ends) {
  std::vector<RaceEnd> now;
  for (const uint32_t trial : in_flight_) {
    if (CurrentFold(trial) < race_.folds) continue;
    race_.trials[trial].phase = RacingTrial::Phase::kEnded;
    now.push_back({.trial = trial});
  }
  for (const uint32_t trial : in_flight_) {
    RaceDecision decision = Judge(trial);
    if (!decision.stop) continue;
    race_.trials[trial].phase = RacingTrial::Phase::kStopped;
    now.push_back({.trial = trial, .is_stopped = true, .reason = std::move(decision.reason)});
  }
  RemoveEnded();
  if (round_ < past_.rounds) return;
  for (RaceEnd& end : now) {
    end.round = round_;
    end.folds = FinishedFolds(race_, end.trial);
    ends->push_back(std::move(end));
  }
}

RaceDecision LogicalRace::Judge(uint32_t trial) {
  if (round_ >= past_.rounds) return rule_->Decide(race_, trial);
  const auto stopped = past_.stopped.find(trial);
  return {.stop = stopped != past_.stopped.end() && stopped->second == round_, .reason = {}};
}

void LogicalRace::RemoveEnded() {
  std::erase_if(in_flight_, [&](uint32_t trial) {
    return race_.trials[trial].phase != RacingTrial::Phase::kRunning;
  });
}

uint32_t LogicalRace::CurrentFold(uint32_t trial) const {
  uint32_t fold = 0;
  while (fold < race_.folds && IsOver(race_, trial, fold)) ++fold;
  return fold;
}

void LogicalRace::AddIfOpen(uint32_t trial, uint32_t fold, std::vector<FoldToTrain>* folds) const {
  if (trial >= known_.trials.size() || IsOver(known_, trial, fold)) return;
  const bool has_come = trial < race_.trials.size();
  const size_t taken = has_come ? race_.trials[trial].folds[fold].scores.size() : 0;
  const size_t ahead = known_.trials[trial].folds[fold].scores.size() - taken;
  if (trial == 0 || ahead < limits_.most_ahead) folds->push_back({.trial = trial, .fold = fold});
}

void LogicalRace::AddFurtherFolds(uint32_t trial, std::vector<FoldToTrain>* folds) const {
  for (uint32_t fold = CurrentFold(trial) + 1; fold < race_.folds; ++fold) {
    AddIfOpen(trial, fold, folds);
  }
}

std::vector<FoldToTrain> LogicalRace::FoldsToTrain() const {
  std::vector<FoldToTrain> folds;
  for (const uint32_t trial : in_flight_) AddIfOpen(trial, CurrentFold(trial), &folds);
  // It is the first in flight as long as it is.
  if (!in_flight_.empty() && in_flight_.front() == 0) AddFurtherFolds(0, &folds);
  for (size_t trial = race_.trials.size(); trial < known_.trials.size(); ++trial) {
    if (!past_.left.contains(static_cast<uint32_t>(trial))) {
      AddIfOpen(static_cast<uint32_t>(trial), 0, &folds);
    }
  }
  std::vector<uint32_t> by_progress = in_flight_;
  std::ranges::stable_sort(by_progress, std::greater(),
                           [&](uint32_t trial) { return CurrentFold(trial); });
  for (const uint32_t trial : by_progress) {
    if (trial != 0) AddFurtherFolds(trial, &folds);
  }
  return folds;
}

}  // namespace pleat
