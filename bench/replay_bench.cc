// What racing would have cost on learning curves recorded from a real sweep, and what it would have
// chosen.
//
// The curves are those of a sweep whose trials were all trained to their end (kannada_curves.csv).
// Each replay races them in another order by the paired rule: 1, 4 and 16 groups, as many trials at
// a time but at most 8 (`resources.max_concurrent_trials`, unless it is given), decided in logical
// order and at the moment. What groups train ahead of decisions is counted.
//
// The best trial is the one with the best mean score over all folds. Its standard error is the
// standard deviation of its folds' scores over the root of their number, so it has the folds'
// difficulty in it; the paired one is that of the differences, fold by fold, of the best and the
// chosen trial.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/numpy_random.h"
#include "common/base/status_macros.h"
#include "coordinator/prune/paired_rule.h"
#include "race_cluster.h"

namespace pleat {
namespace {

constexpr double kShareTarget = 0.30;
constexpr double kWithinTarget = 0.95;
constexpr char kHeader[] = "trial,fold,epoch,val_log_loss,val_accuracy";

struct Settings {
  std::string curves;
  uint32_t first_seed = 1000;
  uint32_t replays = 400;
  uint32_t at_once = 0;  // 0: as many as groups, at most kMostAtOnce
  uint32_t most_ahead = 4;
  double false_stop_rate = 0.15;  // that of configs/kannada_sweep.yaml
};

constexpr uint32_t kMostAtOnce = 8;

struct Row {
  uint32_t trial = 0, fold = 0, epoch = 0;  // epochs from 1
  double log_loss = 0;
};

absl::StatusOr<Row> ReadRow(const std::string& line) {
  const std::vector<std::string> fields = absl::StrSplit(line, ',');
  Row row;
  if (fields.size() != 5 || !absl::SimpleAtoi(fields[0], &row.trial) ||
      !absl::SimpleAtoi(fields[1], &row.fold) || !absl::SimpleAtoi(fields[2], &row.epoch) ||
      !absl::SimpleAtod(fields[3], &row.log_loss)) {
    return absl::InvalidArgumentError(absl::StrCat("not a row of curves: ", line));
  }
  return row;
}

// Log losses with their sign turned. Rows are in the order of trial, fold and epoch.
absl::StatusOr<ScoreTable> ReadCurves(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line != kHeader) {
    return absl::InvalidArgumentError(absl::StrCat(path, " does not begin with ", kHeader));
  }
  ScoreTable scores;
  while (std::getline(file, line)) {
    PLEAT_ASSIGN_OR_RETURN(const Row row, ReadRow(line));
    if (row.trial == scores.size()) scores.emplace_back();
    if (row.fold == scores.back().size()) scores.back().emplace_back();
    if (row.trial + 1 != scores.size() || row.fold + 1 != scores.back().size() ||
        row.epoch != scores.back().back().size() + 1) {
      return absl::InvalidArgumentError(absl::StrCat("out of order: ", line));
    }
    scores.back().back().push_back(-row.log_loss);
  }
  const auto is_whole = [&](const auto& folds) {
    return folds.size() == scores[0].size() && std::ranges::all_of(folds, [&](const auto& curve) {
             return curve.size() == scores[0][0].size();
           });
  };
  if (scores.size() < 2 || scores[0].size() < 2 || !std::ranges::all_of(scores, is_whole)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": two trials of two folds or more, all with the same epochs, expected"));
  }
  return scores;
}

struct MeanAndError {
  double mean = 0;
  double error = 0;  // standard error of the mean
};

MeanAndError MeanOf(const std::vector<double>& values) {
  MeanAndError result;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / count;
  for (const double value : values) result.error += std::pow(value - result.mean, 2);
  result.error = std::sqrt(result.error / (count - 1) / count);
  return result;
}

// Of a trial, less another one's if there is one, by fold.
MeanAndError FinalMean(const ScoreTable& scores, uint32_t trial,
                       std::optional<uint32_t> less = std::nullopt) {
  std::vector<double> finals;
  for (size_t fold = 0; fold < scores[trial].size(); ++fold) {
    finals.push_back(scores[trial][fold].back() -
                     (less.has_value() ? scores[*less][fold].back() : 0));
  }
  return MeanOf(finals);
}

uint32_t BestTrial(const ScoreTable& scores) {
  uint32_t best = 0;
  for (uint32_t trial = 1; trial < scores.size(); ++trial) {
    if (FinalMean(scores, trial).mean > FinalMean(scores, best).mean) best = trial;
  }
  return best;
}

// All replays of one way.
struct Summary {
  double share = 0;  // of full cross-validation's fold-epochs
  double most = 0;   // of any replay
  double is_best = 0;
  double within = 0;         // one standard error of the best
  double within_paired = 0;  // one of the difference
  double loss = 0;           // mean of the best less that of the chosen
};

Summary Replay(const ScoreTable& scores, const Way& way, const Settings& settings) {
  const auto trials = static_cast<uint32_t>(scores.size());
  const Race shape = {.folds = static_cast<uint32_t>(scores[0].size()),
                      .epochs = static_cast<uint32_t>(scores[0][0].size()),
                      .is_maximized = false};
  const double all = static_cast<double>(trials) * shape.folds * shape.epochs;
  const uint32_t best = BestTrial(scores);
  const double best_error = FinalMean(scores, best).error;
  Summary summary;
  for (uint32_t i = 0; i < settings.replays; ++i) {
    const uint32_t seed = settings.first_seed + i;
    const std::vector<int64_t> order = NumpyRandomState(seed).Permutation(trials);
    ScoreTable shuffled;
    for (const int64_t trial : order) shuffled.push_back(scores[trial]);
    const std::unique_ptr<FoldRace> race =
        MakeRace(shape, trials, way, settings.most_ahead,
                 std::make_unique<PairedRule>(settings.false_stop_rate));
    const double share = EpochsToRace(shuffled, way, seed, *race) / all;
    const auto chosen = static_cast<uint32_t>(order[*BestEnded(race->race())]);
    const MeanAndError loss = FinalMean(scores, best, chosen);
    summary.share += share / settings.replays;
    summary.most = std::max(summary.most, share);
    summary.is_best += (chosen == best ? 1.0 : 0.0) / settings.replays;
    summary.within += (loss.mean <= best_error ? 1.0 : 0.0) / settings.replays;
    summary.within_paired += (loss.mean <= loss.error ? 1.0 : 0.0) / settings.replays;
    summary.loss += loss.mean / settings.replays;
  }
  return summary;
}

std::vector<Way> Ways(const Settings& settings) {
  std::vector<Way> ways;
  for (const bool is_reproducible : {true, false}) {
    for (const uint32_t groups : {1, 4, 16}) {
      const uint32_t at_once =
          settings.at_once > 0 ? settings.at_once : std::min(groups, kMostAtOnce);
      ways.push_back({.groups = groups, .at_once = at_once, .is_reproducible = is_reproducible});
    }
  }
  return ways;
}

int Run(const Settings& settings) {
  const absl::StatusOr<ScoreTable> scores = ReadCurves(settings.curves);
  if (!scores.ok()) {
    std::fprintf(stderr, "%s\n", std::string(scores.status().message()).c_str());
    return 2;
  }
  const uint32_t best = BestTrial(*scores);
  const MeanAndError of_best = FinalMean(*scores, best);
  std::printf(
      "%zu trials x %zu folds x %zu epochs; the best is trial %u, log loss %.4f +- %.4f; %u "
      "replays "
      "from seed %u\n"
      "%-16s %6s %7s | %6s %6s | %8s %12s %15s %10s\n",
      scores->size(), (*scores)[0].size(), (*scores)[0][0].size(), best, -of_best.mean,
      of_best.error, settings.replays, settings.first_seed, "decided", "groups", "at once", "share",
      "most", "the best", "within 1 SE", "1 paired SE", "mean loss");
  bool holds = true;
  for (const Way& way : Ways(settings)) {
    const Summary result = Replay(*scores, way, settings);
    const bool is_held = result.share <= kShareTarget && result.within >= kWithinTarget;
    std::printf("%-16s %6u %7u | %4.1f %% %4.1f %% | %6.1f %% %10.1f %% %13.1f %% %10.5f %c\n",
                ModeName(way).c_str(), way.groups, way.at_once, result.share * 100,
                result.most * 100, result.is_best * 100, result.within * 100,
                result.within_paired * 100, result.loss, is_held ? ' ' : '!');
    holds = holds && is_held;
  }
  if (!holds) std::printf("MISSED: targets, where a ! stands\n");
  return holds ? 0 : 1;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  CLI::App app{"Races recorded learning curves again, in shuffled order"};
  pleat::Settings settings;
  app.add_option("curves", settings.curves, "CSV file of a sweep's learning curves")->required();
  app.add_option("--first-seed", settings.first_seed, "seed of the first replay");
  app.add_option("--replays", settings.replays, "number of replays")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--at-once", settings.at_once, "trials in flight")->check(CLI::Range(1, 10'000));
  app.add_option("--most-ahead", settings.most_ahead,
                 "epochs that groups may be ahead of decisions")
      ->check(CLI::Range(1, 100'000));
  app.add_option("--false-stop-rate", settings.false_stop_rate, "of the paired rule")
      ->check(CLI::Range(1e-6, 0.499));
  CLI11_PARSE(app, argc, argv);
  return pleat::Run(settings);
}
