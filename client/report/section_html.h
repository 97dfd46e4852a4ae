// What several sections of a report share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/report/sweep_report.h"
#include "common/html/axis.h"

namespace pleat {

// Mistakes of a split that are shown, pairs of classes, and mistakes of a pair.
inline constexpr size_t kShownMistakes = 12;
inline constexpr size_t kShownPairs = 10;
inline constexpr size_t kShownOfPair = 4;

// "Out of fold", "Out of fold, TTA", "Test", or the set's own name.
std::string SplitTitle(const std::string& split);
// How an axis writes the sweep's metric.
AxisText MetricForm(const std::string& metric);
// "trial 3: lr=0.01 dropout=0.2".
std::string TrialTitle(const TrialReport& trial);
// Trials that ended with a score that counts, by number.
std::vector<const TrialReport*> ScoredTrials(const SweepReport& report);
// The best of them; null if there is none yet.
const TrialReport* BestTrial(const SweepReport& report);
// Places of the parameters in report.search, the most important first where that is known.
std::vector<size_t> ParametersByImportance(const SweepReport& report);
// Trials whose folds are members; all with epochs if there are no members yet. The best first.
std::vector<const TrialReport*> ShownTrials(const SweepReport& report);

// Rows of one class taken for another.
struct ConfusedPair {
  size_t label = 0;
  size_t predicted = 0;
  uint64_t rows = 0;
  double share = 0;  // of the label's rows
};
// At most `most`, those with the most rows first.
std::vector<ConfusedPair> MostConfused(const SweepReport& report, const SplitReport& split,
                                       size_t most);
// The most confident mistakes of a pair, as far as the report knows them; places in
// `split.mistakes`.
std::vector<size_t> MistakesOfPair(const SplitReport& split, const ConfusedPair& pair);

}  // namespace pleat
