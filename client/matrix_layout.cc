#include "client/matrix_layout.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "client/parameter_text.h"
#include "client/text_width.h"

namespace pleat {
namespace {

constexpr std::array<size_t, 6> kCellWidths = {12, 10, 7, 6, 5, 1};
// Parameters get at least this before cells become wider; with less than the second they are left
// out.
constexpr size_t kWantedParameters = 24;
constexpr size_t kFewestParameters = 8;
constexpr size_t kMarker = 2;
constexpr size_t kSpace = 2;

// Columns of the longest parameters, or of their heading if that is longer; 0 if there are none.
size_t LongestParameters(const SweepView& view) {
  size_t longest = 0;
  for (const auto& [number, trial] : view.trials()) {
    longest = std::max(longest, TextWidth(ShortParameters(trial.parameters)));
  }
  return longest == 0 ? 0 : std::max(longest, TextWidth(MatrixColumns::kParametersHead));
}

bool Runs(const TrialView& trial) {
  return std::ranges::any_of(
      trial.folds, [](const FoldView& fold) { return fold.state == v1::FOLD_STATE_RUNNING; });
}

bool Waits(const TrialView& trial) {
  return !trial.finished && std::ranges::all_of(trial.folds, [](const FoldView& fold) {
    return fold.state == v1::FOLD_STATE_WAITING;
  });
}

// Lower is shown first.
int Rank(const TrialView& trial, bool is_best) {
  if (Runs(trial)) return 0;
  if (is_best) return 1;
  return Waits(trial) ? 3 : 2;
}

}  // namespace

MatrixColumns FitColumns(const SweepView& view, size_t width) {
  const size_t folds = view.fold_count();
  const size_t last = view.trials().empty() ? 0 : view.trials().rbegin()->first;
  MatrixColumns columns{.trial = absl::StrCat(last).size(), .folds = folds};
  const size_t fixed = kMarker + columns.trial + kSpace + MatrixColumns::kScore + kSpace;
  const size_t free = width > fixed ? width - fixed : 0;
  const size_t longest = LongestParameters(view);
  const size_t wanted = longest == 0 ? 0 : std::min(longest, kWantedParameters) + kSpace;
  const auto fits = [&](size_t cell, size_t room) {
    columns.cell = cell;
    return columns.cells() <= room;
  };
  const bool found =
      std::ranges::any_of(kCellWidths,
                          [&](size_t cell) { return fits(cell, free - std::min(free, wanted)); }) ||
      std::ranges::any_of(kCellWidths, [&](size_t cell) { return fits(cell, free); });
  if (!found) columns.folds = std::min(folds, free);
  const size_t left = free - std::min(free, columns.cells() + kSpace);
  if (longest > 0 && left >= std::min(longest, kFewestParameters)) {
    columns.parameters = std::min(longest, left);
  }
  return columns;
}

std::vector<uint32_t> FitTrials(const SweepView& view, size_t rows) {
  struct Candidate {
    uint32_t trial;
    int rank;
  };
  std::vector<Candidate> candidates;
  for (const auto& [number, trial] : view.trials()) {
    candidates.push_back({number, Rank(trial, view.best_trial() == number)});
  }
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    return a.rank == 2 ? a.trial > b.trial : a.trial < b.trial;
  });
  if (candidates.size() > rows) candidates.resize(rows);
  std::vector<uint32_t> trials;
  for (const Candidate& candidate : candidates) trials.push_back(candidate.trial);
  std::ranges::sort(trials);
  return trials;
}

}  // namespace pleat
