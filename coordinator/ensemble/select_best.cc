#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/ensemble/selection.h"

namespace pleat {
namespace {

bool IsBetter(const TrialScore& a, const TrialScore& b, bool maximize) {
  if (std::isnan(a.score) || std::isnan(b.score))
    return std::isnan(b.score) && !std::isnan(a.score);
  return maximize ? a.score > b.score : a.score < b.score;
}

}  // namespace

Selection SelectBest(std::span<const TrialScore> trials, uint32_t count, bool maximize) {
  std::vector<TrialScore> ranked(trials.begin(), trials.end());
  std::stable_sort(ranked.begin(), ranked.end(), [&](const TrialScore& a, const TrialScore& b) {
    if (IsBetter(a, b, maximize)) return true;
    return !IsBetter(b, a, maximize) && a.trial < b.trial;
  });
  ranked.resize(std::min<size_t>(count, ranked.size()));

  Selection selection;
  selection.reason = absl::StrCat(
      "best ", ranked.size(), " of ", trials.size(),
      " trials: ", absl::StrJoin(ranked, ", ", [](std::string* out, const TrialScore& trial) {
        absl::StrAppend(out, "trial ", trial.trial, " scored ", trial.score);
      }));
  for (const TrialScore& trial : ranked) {
    selection.trials.push_back({trial.trial, 1.0 / static_cast<double>(ranked.size())});
  }
  std::sort(selection.trials.begin(), selection.trials.end(),
            [](const TrialWeight& a, const TrialWeight& b) { return a.trial < b.trial; });
  return selection;
}

}  // namespace pleat
