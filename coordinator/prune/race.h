// A race of trials over folds and epochs, as far as it is known: plain data.
//
// Scores are the metric with its sign chosen so that higher is better. Epochs count from 1 in what
// people read and are indices from 0 here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pleat {

// Learning curve of one fold of one trial.
struct FoldCurve {
  // Score after each epoch so far; not finite where the metric is missing or was no number.
  std::vector<double> scores;
  bool has_failed = false;  // and was given up
};

struct RacingTrial {
  enum class Phase {
    kRunning,
    kWaiting,  // for its next fold, which others' come before
    kPaused,   // at a rung
    kStopped,  // by a decision, or by somebody
    kEnded,    // each fold is over
  };
  std::vector<FoldCurve> folds;  // K of them
  Phase phase = Phase::kRunning;
};

struct Race {
  uint32_t folds = 0;   // K
  uint32_t epochs = 0;  // of each fold, E
  bool is_maximized = true;
  std::vector<RacingTrial> trials = {};  // by number

  // A trial that has just come, without scores.
  void AddTrial() { trials.push_back({.folds = std::vector<FoldCurve>(folds)}); }
  // The score that a metric's value is, and back.
  double ScoreOf(double value) const { return is_maximized ? value : -value; }
  double ValueOf(double score) const { return is_maximized ? score : -score; }
};

// True if a trial may still win: it runs, or waits for its next fold.
bool IsOpen(const RacingTrial& trial);
// True if the fold came to so many epochs, or was given up.
bool HasCome(const FoldCurve& curve, uint32_t epochs);
// True if the fold came to its last epoch or was given up.
bool IsOver(const Race& race, uint32_t trial, uint32_t fold);
// True if each fold of a trial is over.
bool AreAllOver(const Race& race, uint32_t trial);
// Score of a fold's last epoch; nothing if it is not there, failed or gave no finite number.
std::optional<double> FinalScore(const Race& race, uint32_t trial, uint32_t fold);
// Numbers of a trial's folds that have a final score.
std::vector<uint32_t> FinishedFolds(const Race& race, uint32_t trial);
// Epochs of all folds of a trial.
uint64_t EpochsTaken(const Race& race, uint32_t trial);
// Number of folds of a trial with a final score.
uint32_t ScoredFolds(const Race& race, uint32_t trial);
// Mean of a trial's final scores; nothing if it has none.
std::optional<double> MeanFinalScore(const Race& race, uint32_t trial);

// Mean of a trial's scores after so many epochs, over at least half of the folds; minus infinity if
// fewer have a finite one there.
double MeanScoreAfter(const Race& race, uint32_t trial, uint32_t epochs);

// The ended trial with the highest mean over at least half of the folds; of equal ones the first.
// (Those that have fewer did not fail on the easier folds.) Nothing if none has ended so.
std::optional<uint32_t> BestEnded(const Race& race);

// A score as people read it: the metric's value in four digits.
std::string ValueText(const Race& race, double score);

}  // namespace pleat
