// Successive halving over epochs: how far a trial goes before it is compared with others.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pleat {

// Asynchronous successive halving (Li et al. 2020, "A system for massively parallel hyperparameter
// tuning"): a trial that has come to a rung goes on if it is among the best 1 / eta of those that
// have come there, and is paused otherwise, until it is. With several brackets trial n is of
// bracket n mod `brackets`, whose first rung is eta^bracket times higher, and is compared within
// it: the asynchronous form of Hyperband.
//
// Pure: what is promoted follows from what was reported.
class Rungs {
 public:
  struct Settings {
    uint32_t eta = 3;         // >= 2
    uint32_t min_epochs = 1;  // of the first rung of bracket 0, >= 1
    uint32_t brackets = 1;    // >= 1
  };
  // The rungs of folds of `epochs` epochs.
  Rungs(const Settings& settings, uint32_t epochs);

  // Epochs of a trial's rungs, ascending; the last is all of them, which needs no promotion.
  const std::vector<uint32_t>& EpochsOf(uint32_t trial) const;

  // A trial came to the end of a rung, by number from 0, with this score; higher is better.
  void Report(uint32_t trial, uint32_t rung, double score);
  // Whether it may go on from there: it is among the best.
  bool MayGoOn(uint32_t trial, uint32_t rung) const;
  // "0.81 after 3 epochs is not among the best 4 of 12 trials there". `value_text`: of the score.
  std::string WhyPaused(uint32_t trial, uint32_t rung, const std::string& value_text) const;

 private:
  uint32_t BracketOf(uint32_t trial) const { return trial % settings_.brackets; }
  // Trials that came to a rung, with their scores.
  using Scores = std::map<uint32_t, double>;
  const Scores& ScoresOf(uint32_t trial, uint32_t rung) const;
  size_t Places(uint32_t trial, uint32_t rung) const;

  const Settings settings_;
  std::vector<std::vector<uint32_t>> epochs_;  // [bracket][rung]
  std::vector<std::vector<Scores>> scores_;    // [bracket][rung]
};

}  // namespace pleat
