#include "coordinator/prune/rungs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace pleat {

Rungs::Rungs(const Settings& settings, uint32_t epochs) : settings_(settings) {
  uint64_t first = settings.min_epochs;
  for (uint32_t bracket = 0; bracket < settings.brackets; ++bracket) {
    std::vector<uint32_t>& rungs = epochs_.emplace_back();
    for (uint64_t rung = first; rung < epochs; rung *= settings.eta) {
      rungs.push_back(static_cast<uint32_t>(rung));
    }
    rungs.push_back(epochs);
    scores_.emplace_back(rungs.size());
    if (first < epochs) first *= settings.eta;
  }
}

const std::vector<uint32_t>& Rungs::EpochsOf(uint32_t trial) const {
  return epochs_[BracketOf(trial)];
}

const Rungs::Scores& Rungs::ScoresOf(uint32_t trial, uint32_t rung) const {
  return scores_[BracketOf(trial)][rung];
}

void Rungs::Report(uint32_t trial, uint32_t rung, double score) {
  scores_[BracketOf(trial)][rung][trial] = score;
}

size_t Rungs::Places(uint32_t trial, uint32_t rung) const {
  return ScoresOf(trial, rung).size() / settings_.eta;
}

bool Rungs::MayGoOn(uint32_t trial, uint32_t rung) const {
  const Scores& scores = ScoresOf(trial, rung);
  const double score = scores.at(trial);
  const auto better = std::ranges::count_if(scores, [&](const auto& other) {
    return other.second > score || (other.second == score && other.first < trial);
  });
  return static_cast<size_t>(better) < Places(trial, rung);
}

std::string Rungs::WhyPaused(uint32_t trial, uint32_t rung, const std::string& value_text) const {
  const size_t places = Places(trial, rung);
  const size_t all = ScoresOf(trial, rung).size();
  const uint32_t epochs = EpochsOf(trial)[rung];
  return absl::StrCat(value_text, " after ", epochs, epochs == 1 ? " epoch" : " epochs",
                      " is not among the best ", places, " of the ", all,
                      all == 1 ? " trial" : " trials", " that came so far",
                      settings_.brackets > 1 ? absl::StrCat(" in bracket ", BracketOf(trial)) : "",
                      " (asha, eta ", settings_.eta, ")");
}

}  // namespace pleat
