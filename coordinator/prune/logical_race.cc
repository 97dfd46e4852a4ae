#include "coordinator/prune/logical_race.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "coordinator/prune/breadth_first.h"

namespace pleat {
LogicalRace::LogicalRace(Race shape, const Limits& limits, Rungs rungs,
                         std::unique_ptr<RacingRule> rule, PastDecisions past)
    : race_(shape),
      known_(std::move(shape)),
      limits_(limits),
      rungs_(std::move(rungs)),
      rule_(std::move(rule)),
      past_(std::move(past)) {
  Fill();
  FollowChanges();
}

void LogicalRace::Resize(const RaceSize& size) { ChangeNow({.size = size}); }

void LogicalRace::Leave(uint32_t trial) { ChangeNow({.left = trial}); }

void LogicalRace::ChangeNow(const RaceChange& change) {
  // What follows from it was not decided with the rest of the last round.
  past_.rounds = std::min(past_.rounds, std::max(round_, 1u) - 1);
  Change(change);
  Fill();
}

// Each once the places of its round were given, as when it came.
void LogicalRace::FollowChanges() {
  for (; changes_followed_ < past_.changes.size(); ++changes_followed_) {
    const RaceChange& change = past_.changes[changes_followed_];
    if (change.round > round_) return;
    Change(change);
    Fill();
  }
}

void LogicalRace::Change(const RaceChange& change) {
  if (change.left.has_value()) {
    left_.insert(*change.left);
    return LetLeave(*change.left);
  }
  limits_.trials = change.size.trials;
  limits_.at_once = change.size.at_once;
  limits_.is_breadth_first = change.size.is_breadth_first;
  if (race_.trials.size() <= limits_.trials) return;
  // Those that had a place already, but never came to be.
  race_.trials.resize(limits_.trials);
  rung_.resize(limits_.trials);
  std::erase_if(in_flight_, [&](uint32_t trial) { return trial >= limits_.trials; });
}

void LogicalRace::LetLeave(uint32_t trial) {
  if (trial >= race_.trials.size()) return;
  RacingTrial::Phase& phase = race_.trials[trial].phase;
  if (phase == RacingTrial::Phase::kEnded) return;
  phase = RacingTrial::Phase::kStopped;
  std::erase(paused_, trial);
  std::erase(waiting_, trial);
  std::erase(in_flight_, trial);
}

void LogicalRace::Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) {
  std::vector<double>& scores = known_.trials[trial].folds[fold].scores;
  if (epoch == scores.size()) scores.push_back(score);
}

void LogicalRace::Fail(uint32_t trial, uint32_t fold) {
  known_.trials[trial].folds[fold].has_failed = true;
}

std::vector<RaceEvent> LogicalRace::Advance() {
  while (!in_flight_.empty() && IsRoundThere()) {
    bool is_fold_over = false;
    for (const uint32_t trial : in_flight_) is_fold_over |= TakeEpoch(trial);
    EndRound(is_fold_over);
    ++round_;
    Fill();
    FollowChanges();
  }
  return std::exchange(events_, {});
}

void LogicalRace::Fill() {
  while (in_flight_.size() < limits_.at_once) {
    if (const std::optional<uint32_t> promoted = NextPromoted()) {
      Tell(Kind::kResumed, *promoted, round_ - 1,
           absl::StrCat("it is among the best that came to ", TargetOf(*promoted),
                        " epochs so far, and a place is free"));
      std::erase(paused_, *promoted);
      race_.trials[*promoted].phase = RacingTrial::Phase::kRunning;
      ++rung_[*promoted];
      in_flight_.insert(std::ranges::upper_bound(in_flight_, *promoted), *promoted);
    } else if (LeadingGoesOn()) {
      ResumeLeading();
    } else if (MayBegin()) {
      Begin();
    } else {
      break;
    }
  }
  if (is_over()) StopPaused();
}

void LogicalRace::ResumeLeading() {
  const uint32_t leading = ByLag(race_, waiting_).front();
  if (!TakeBackPause(leading, round_ - 1, &events_)) {
    Tell(Kind::kResumed, leading, round_ - 1, WhyItLeads(waiting_.size()));
  }
  std::erase(waiting_, leading);
  race_.trials[leading].phase = RacingTrial::Phase::kRunning;
  in_flight_.insert(std::ranges::upper_bound(in_flight_, leading), leading);
}

void LogicalRace::Begin() {
  const auto trial = static_cast<uint32_t>(race_.trials.size());
  race_.AddTrial();
  rung_.push_back(0);
  in_flight_.push_back(trial);
  if (left_.contains(trial)) LetLeave(trial);
}

bool LogicalRace::MayBegin() const {
  return race_.trials.size() < limits_.trials && waiting_.size() < kMostWaiting;
}

bool LogicalRace::LeadingGoesOn() const {
  if (waiting_.empty()) return false;
  return !limits_.is_breadth_first || (in_flight_.empty() && !MayBegin());
}

std::optional<uint32_t> LogicalRace::NextPromoted() const {
  std::optional<uint32_t> chosen;
  const auto key = [&](uint32_t trial) {
    return std::pair(rung_[trial], MeanScoreAfter(race_, trial, TargetOf(trial)));
  };
  for (const uint32_t trial : paused_) {
    if (chosen.has_value() && key(trial) <= key(*chosen)) continue;
    if (rungs_.MayGoOn(trial, rung_[trial])) chosen = trial;
  }
  return chosen;
}

bool LogicalRace::IsRoundThere() const {
  return std::ranges::all_of(in_flight_, [&](uint32_t trial) {
    if (trial >= known_.trials.size()) return false;
    const uint32_t fold = CurrentFold(trial);
    const FoldCurve& known = known_.trials[trial].folds[fold];
    return known.has_failed || known.scores.size() > race_.trials[trial].folds[fold].scores.size();
  });
}

bool LogicalRace::TakeEpoch(uint32_t trial) {
  const uint32_t fold = CurrentFold(trial);
  const FoldCurve& known = known_.trials[trial].folds[fold];
  FoldCurve& curve = race_.trials[trial].folds[fold];
  if (known.scores.size() > curve.scores.size()) {
    curve.scores.push_back(known.scores[curve.scores.size()]);
  } else {
    curve.has_failed = true;
  }
  return IsOver(race_, trial, fold);
}

void LogicalRace::EndRound(bool is_fold_over) {
  std::vector<uint32_t> at_rung;
  for (const uint32_t trial : in_flight_) {
    if (CurrentFold(trial) < race_.folds) continue;
    if (!AreAllOver(race_, trial)) {
      at_rung.push_back(trial);
      continue;
    }
    race_.trials[trial].phase = RacingTrial::Phase::kEnded;
    Tell(Kind::kFinished, trial, round_, "");
  }
  for (const uint32_t trial : in_flight_) StopIfDecided(trial);
  // Of those that wait nothing else is news.
  if (is_fold_over) {
    for (const uint32_t trial : waiting_) StopIfDecided(trial);
  }
  for (const uint32_t trial : at_rung) {
    rungs_.Report(trial, rung_[trial], MeanScoreAfter(race_, trial, TargetOf(trial)));
  }
  for (const uint32_t trial : at_rung) {
    if (IsRunning(trial)) GoOnOrPause(trial);
  }
  std::erase_if(waiting_, [&](uint32_t trial) { return !IsOpen(race_.trials[trial]); });
  for (const uint32_t trial : in_flight_) WaitIfDue(trial);
  RemoveFromFlight();
}

void LogicalRace::StopIfDecided(uint32_t trial) {
  RaceDecision decision = Judge(trial);
  if (!decision.stop) return;
  race_.trials[trial].phase = RacingTrial::Phase::kStopped;
  Tell(Kind::kStopped, trial, round_, std::move(decision.reason));
}

void LogicalRace::WaitIfDue(uint32_t trial) {
  if (!limits_.is_breadth_first || trial == 0 || !IsRunning(trial)) return;
  const uint32_t fold = CurrentFold(trial);
  if (fold == 0 || !race_.trials[trial].folds[fold].scores.empty()) return;
  race_.trials[trial].phase = RacingTrial::Phase::kWaiting;
  waiting_.push_back(trial);
  Tell(Kind::kPaused, trial, round_, WhyItWaits());
}

RaceDecision LogicalRace::Judge(uint32_t trial) {
  if (round_ >= past_.rounds) return rule_->Decide(race_, trial);
  const auto stopped = past_.stopped.find(trial);
  return {.stop = stopped != past_.stopped.end() && stopped->second == round_, .reason = {}};
}

void LogicalRace::GoOnOrPause(uint32_t trial) {
  if (trial == 0 || rungs_.MayGoOn(trial, rung_[trial])) {
    ++rung_[trial];
    return;
  }
  race_.trials[trial].phase = RacingTrial::Phase::kPaused;
  paused_.push_back(trial);
  Tell(Kind::kPaused, trial, round_, WhyPaused(trial));
}

void LogicalRace::StopPaused() {
  std::ranges::sort(paused_);
  for (const uint32_t trial : paused_) {
    race_.trials[trial].phase = RacingTrial::Phase::kStopped;
    Tell(Kind::kStopped, trial, round_ - 1, WhyPaused(trial));
  }
  paused_.clear();
}

void LogicalRace::Tell(Kind kind, uint32_t trial, uint32_t round, std::string reason) {
  if (round < past_.rounds) return;
  events_.push_back({.kind = kind,
                     .trial = trial,
                     .round = round,
                     .reason = std::move(reason),
                     .folds = FinishedFolds(race_, trial),
                     .epochs = EpochsTaken(race_, trial)});
}

void LogicalRace::RemoveFromFlight() {
  std::erase_if(in_flight_, [&](uint32_t trial) { return !IsRunning(trial); });
}

bool LogicalRace::IsRunning(uint32_t trial) const {
  return race_.trials[trial].phase == RacingTrial::Phase::kRunning;
}

uint32_t LogicalRace::TargetOf(uint32_t trial) const {
  return rungs_.EpochsOf(trial)[trial < rung_.size() ? rung_[trial] : 0];
}

std::string LogicalRace::WhyPaused(uint32_t trial) const {
  const double score = MeanScoreAfter(race_, trial, TargetOf(trial));
  return rungs_.WhyPaused(trial, rung_[trial], ValueText(race_, score));
}

uint32_t LogicalRace::CurrentFold(uint32_t trial) const {
  const std::vector<FoldCurve>& folds = race_.trials[trial].folds;
  uint32_t fold = 0;
  while (fold < race_.folds && HasCome(folds[fold], TargetOf(trial))) ++fold;
  return fold;
}

void LogicalRace::AddIfOpen(uint32_t trial, uint32_t fold, std::vector<FoldToTrain>* folds) const {
  if (trial >= known_.trials.size()) return;
  const FoldCurve& known = known_.trials[trial].folds[fold];
  if (HasCome(known, trial == 0 ? race_.epochs : TargetOf(trial))) return;
  const bool has_come = trial < race_.trials.size();
  const size_t taken = has_come ? race_.trials[trial].folds[fold].scores.size() : 0;
  const size_t ahead = known.scores.size() - taken;
  if (trial == 0 || ahead < limits_.most_ahead) folds->push_back({.trial = trial, .fold = fold});
}

void LogicalRace::AddFurtherFolds(uint32_t trial, std::vector<FoldToTrain>* folds) const {
  const uint32_t current = CurrentFold(trial);
  for (uint32_t fold = 0; fold < race_.folds; ++fold) {
    // Trial 0 goes on beyond its rung.
    if (trial == 0 ? fold != current : fold > current) AddIfOpen(trial, fold, folds);
  }
}

std::vector<FoldToTrain> LogicalRace::FoldsToTrain() const {
  std::vector<FoldToTrain> folds;
  for (const uint32_t trial : in_flight_) AddIfOpen(trial, CurrentFold(trial), &folds);
  if (!in_flight_.empty() && in_flight_.front() == 0) AddFurtherFolds(0, &folds);
  for (size_t trial = race_.trials.size(); trial < known_.trials.size(); ++trial) {
    if (!left_.contains(static_cast<uint32_t>(trial))) {
      AddIfOpen(static_cast<uint32_t>(trial), 0, &folds);
    }
  }
  std::vector<uint32_t> by_progress = in_flight_;
  std::ranges::stable_sort(by_progress, std::greater(),
                           [&](uint32_t trial) { return CurrentFold(trial); });
  for (const uint32_t trial : by_progress) {
    if (trial != 0 && CurrentFold(trial) > 0) AddFurtherFolds(trial, &folds);
  }
  for (const uint32_t trial : ByLag(race_, waiting_)) AddIfOpen(trial, CurrentFold(trial), &folds);
  return folds;
}

}  // namespace pleat
