#include "coordinator/prune/present_race.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "coordinator/prune/breadth_first.h"

namespace pleat {

PresentRace::PresentRace(Race shape, const Limits& limits, Rungs rungs,
                         std::unique_ptr<RacingRule> rule, PastDecisions past)
    : race_(std::move(shape)),
      limits_(limits),
      rungs_(std::move(rungs)),
      rule_(std::move(rule)),
      past_(std::move(past)) {
  for (const RaceChange& change : past_.changes) {
    if (change.left.has_value()) left_.insert(*change.left);
  }
}

void PresentRace::AddTrial() {
  const auto trial = static_cast<uint32_t>(race_.trials.size());
  race_.AddTrial();
  rung_.push_back(0);
  Phase& phase = race_.trials.back().phase;
  if (past_.stopped.contains(trial) || left_.contains(trial)) {
    phase = Phase::kStopped;
  } else if (past_.finished.contains(trial)) {
    phase = Phase::kEnded;
  } else if (past_.paused.contains(trial) && rungs_.EpochsOf(trial).size() == 1) {
    phase = Phase::kWaiting;
  }
}

void PresentRace::Resize(const RaceSize& size) {
  limits_ = {.trials = size.trials, .is_breadth_first = size.is_breadth_first};
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

void PresentRace::Leave(uint32_t trial) { race_.trials[trial].phase = Phase::kStopped; }

std::vector<RaceEvent> PresentRace::Advance() {
  for (const News& news : std::exchange(news_, {})) {
    ReportToRungs(news.trial);
    if (Is(Phase::kRunning, news.trial) && AreAllOver(race_, news.trial)) Advance(news.trial);
    if (!IsPast(news.trial)) Judge(news);
    if (IsAtRung(news.trial)) Advance(news.trial);
    if (news.is_fold_over && !IsPast(news.trial)) WaitIfDue(news.trial);
  }
  ResumePromoted();
  ResumeLeading();
  StopPausedAtTheEnd();
  takes_past_ = false;
  return std::exchange(events_, {});
}

// Also of one that has ended: others are compared with it.
void PresentRace::ReportToRungs(uint32_t trial) {
  const std::vector<uint32_t>& epochs = rungs_.EpochsOf(trial);
  for (uint32_t rung = 0; rung + 1 < epochs.size(); ++rung) {
    const bool has_come =
        std::ranges::all_of(race_.trials[trial].folds,
                            [&](const FoldCurve& curve) { return HasCome(curve, epochs[rung]); });
    if (has_come) rungs_.Report(trial, rung, MeanScoreAfter(race_, trial, epochs[rung]));
  }
}

void PresentRace::Judge(const News& news) {
  if (!news.is_fold_over) return StopIfDecided(news.trial);
  for (uint32_t trial = 0; trial < race_.trials.size(); ++trial) StopIfDecided(trial);
}

bool PresentRace::IsAtRung(uint32_t trial) const {
  return Is(Phase::kRunning, trial) &&
         std::ranges::all_of(race_.trials[trial].folds, [&](const FoldCurve& curve) {
           return HasCome(curve, TargetOf(trial));
         });
}

void PresentRace::StopIfDecided(uint32_t trial) {
  if (!IsOpen(race_.trials[trial])) return;
  RaceDecision decision = rule_->Decide(race_, trial);
  if (!decision.stop) return;
  race_.trials[trial].phase = Phase::kStopped;
  Tell(Kind::kStopped, trial, std::move(decision.reason));
}

void PresentRace::Advance(uint32_t trial) {
  if (AreAllOver(race_, trial)) {
    race_.trials[trial].phase = Phase::kEnded;
    return Tell(Kind::kFinished, trial, "");
  }
  if (trial == 0 || GoesOn(trial)) {
    ++rung_[trial];
    return;
  }
  race_.trials[trial].phase = Phase::kPaused;
  if (past_.paused.insert(trial).second) Tell(Kind::kPaused, trial, WhyPaused(trial));
}

bool PresentRace::GoesOn(uint32_t trial) const {
  if (!IsPast(trial)) return rungs_.MayGoOn(trial, rung_[trial]);
  // As it did: it is beyond this rung, or about to be.
  return !past_.paused.contains(trial) ||
         std::ranges::any_of(race_.trials[trial].folds, [&](const FoldCurve& curve) {
           return curve.scores.size() > TargetOf(trial);
         });
}

void PresentRace::ResumePromoted() {
  for (uint32_t trial = 0; trial < race_.trials.size(); ++trial) {
    if (!Is(Phase::kPaused, trial) || !rungs_.MayGoOn(trial, rung_[trial])) continue;
    Tell(Kind::kResumed, trial,
         absl::StrCat("it is among the best that came to ", TargetOf(trial), " epochs by now"));
    race_.trials[trial].phase = Phase::kRunning;
    past_.paused.erase(trial);
    ++rung_[trial];
  }
}

void PresentRace::StopPausedAtTheEnd() {
  if (!NothingRunsOrComes()) return;
  for (uint32_t trial = 0; trial < limits_.trials; ++trial) {
    if (!Is(Phase::kPaused, trial)) continue;
    race_.trials[trial].phase = Phase::kStopped;
    Tell(Kind::kStopped, trial, WhyPaused(trial));
  }
}

bool PresentRace::NothingRunsOrComes() const {
  return race_.trials.size() >= limits_.trials &&
         std::ranges::count(race_.trials, Phase::kRunning, &RacingTrial::phase) == 0;
}

void PresentRace::WaitIfDue(uint32_t trial) {
  if (!limits_.is_breadth_first || trial == 0 || !Is(Phase::kRunning, trial)) return;
  if (Waiting().size() >= kMostWaiting) return;
  race_.trials[trial].phase = Phase::kWaiting;
  past_.paused.insert(trial);
  Tell(Kind::kPaused, trial, WhyItWaits());
}

void PresentRace::ResumeLeading() {
  while (!limits_.is_breadth_first || NothingRunsOrComes()) {
    const std::vector<uint32_t> waiting = ByLag(race_, Waiting());
    if (waiting.empty()) return;
    const uint32_t leading = waiting.front();
    race_.trials[leading].phase = Phase::kRunning;
    past_.paused.erase(leading);
    if (!TakeBackPause(leading, round(), &events_)) {
      Tell(Kind::kResumed, leading, WhyItLeads(waiting.size()));
    }
    if (!IsAtRung(leading)) continue;
    Advance(leading);  // its other folds were trained while it waited
    Judge({.trial = leading, .is_fold_over = true});
  }
}

std::vector<uint32_t> PresentRace::Waiting() const {
  std::vector<uint32_t> waiting;
  for (uint32_t trial = 0; trial < race_.trials.size(); ++trial) {
    if (Is(Phase::kWaiting, trial)) waiting.push_back(trial);
  }
  return waiting;
}

std::string PresentRace::WhyPaused(uint32_t trial) const {
  const double score = MeanScoreAfter(race_, trial, TargetOf(trial));
  return rungs_.WhyPaused(trial, rung_[trial], ValueText(race_, score));
}

void PresentRace::Tell(Kind kind, uint32_t trial, std::string reason) {
  events_.push_back({.kind = kind,
                     .trial = trial,
                     .reason = std::move(reason),
                     .folds = FinishedFolds(race_, trial),
                     .epochs = EpochsTaken(race_, trial)});
}

std::vector<uint32_t> PresentRace::OpenFolds(uint32_t trial) const {
  std::vector<uint32_t> open;
  for (uint32_t fold = 0; fold < race_.folds; ++fold) {
    if (!HasCome(race_.trials[trial].folds[fold], TargetOf(trial))) open.push_back(fold);
  }
  return open;
}

std::vector<FoldToTrain> PresentRace::FoldsToTrain() const {
  std::vector<FoldToTrain> current, further;
  for (uint32_t trial = 0; trial < race_.trials.size(); ++trial) {
    if (!Is(Phase::kRunning, trial)) continue;
    const std::vector<uint32_t> open = OpenFolds(trial);
    if (open.empty()) continue;
    current.push_back({.trial = trial, .fold = open.front()});
    const bool is_in_first = trial != 0 && open.front() == 0;
    if (limits_.is_breadth_first && is_in_first) continue;
    for (size_t i = 1; i < open.size(); ++i) further.push_back({.trial = trial, .fold = open[i]});
  }
  for (const uint32_t trial : ByLag(race_, Waiting())) {
    const std::vector<uint32_t> open = OpenFolds(trial);
    if (!open.empty()) further.push_back({.trial = trial, .fold = open.front()});
  }
  current.insert(current.end(), further.begin(), further.end());
  return current;
}

}  // namespace pleat
