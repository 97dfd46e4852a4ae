#include "client/matrix_view.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/matrix_cell.h"
#include "client/matrix_layout.h"
#include "client/parameter_text.h"
#include "client/state_text.h"
#include "client/sweep_progress.h"
#include "client/text_width.h"
#include "client/time_text.h"
#include "common/metrics/metrics.h"

namespace pleat {
namespace {

// A name may be long; what the sweep does must be seen beside it.
constexpr size_t kShortestName = 8;

std::string Title(const SweepView& view, const SweepProgress& progress,
                  const MatrixOptions& options) {
  const std::string state = view.ended() ? StateText(view.ended()->state()) : view.phase();
  std::string text = absl::StrCat(" ", state, " · ", DurationText(options.elapsed_ms));
  if (!view.ended() && progress.training_left_ms) {
    absl::StrAppend(&text, " · about ", DurationText(*progress.training_left_ms), " left");
  }
  const size_t left = options.width - std::min(options.width, TextWidth(text));
  return Shortened(view.name(), std::max(left, kShortestName)) + text;
}

std::string Counts(const SweepView& view, const SweepProgress& progress) {
  const v1::MetricSpec& metric = view.spec().search().metric();
  std::string text = absl::StrCat(progress.folds_done, " of ", progress.folds_total, " folds done");
  if (progress.folds_running > 0) absl::StrAppend(&text, ", ", progress.folds_running, " running");
  if (progress.folds_failed > 0) absl::StrAppend(&text, ", ", progress.folds_failed, " failed");
  absl::StrAppend(&text, " · ", progress.trials, progress.trials == 1 ? " trial" : " trials", " · ",
                  MetricIsMaximized(metric) ? "maximize " : "minimize ", metric.name());
  return text;
}

std::string ColumnHeads(const MatrixColumns& columns) {
  std::string text = absl::StrCat("  ", PadLeft("#", columns.trial), "  ");
  if (columns.parameters > 0) {
    absl::StrAppend(
        &text,
        PadRight(Shortened(MatrixColumns::kParametersHead, columns.parameters), columns.parameters),
        "  ");
  }
  if (columns.cell == 1) {
    absl::StrAppend(&text, PadRight(columns.cells() < 5 ? "" : "folds", columns.cells()));
  } else {
    for (size_t fold = 0; fold < columns.folds; ++fold) {
      const std::string head = columns.cell < 7 ? absl::StrCat(fold) : absl::StrCat("fold ", fold);
      absl::StrAppend(&text, fold > 0 ? " " : "", PadLeft(head, columns.cell));
    }
  }
  return absl::StrCat(text, "  mean ± error");
}

std::string ScoreText(const TrialView& trial) {
  if (trial.cancelled) return "cancelled";
  if (trial.stopped) return "stopped";
  if (trial.paused) return "paused";
  if (!trial.has_score()) return "";
  const std::string mean = NumberText(trial.finished->mean(), 6);
  return absl::StrCat(mean, " ± ", NumberText(trial.finished->standard_error(), 6));
}

std::string Row(uint32_t number, const TrialView& trial, bool is_best, const MatrixColumns& columns,
                bool color) {
  const Tone tone = is_best ? Tone::kGood : Tone::kPlain;
  std::string text =
      Painted(absl::StrCat(is_best ? "* " : "  ", PadLeft(absl::StrCat(number), columns.trial)),
              tone, color);
  text += "  ";
  if (columns.parameters > 0) {
    text += PadRight(Shortened(ShortParameters(trial.parameters), columns.parameters),
                     columns.parameters);
    text += "  ";
  }
  for (size_t fold = 0; fold < columns.folds && fold < trial.folds.size(); ++fold) {
    const Cell cell = MatrixCell(trial.folds[fold], trial, columns.cell);
    if (fold > 0) text.append(columns.gap(), ' ');
    text += Painted(cell.text, cell.tone, color);
  }
  text += "  " +
          Painted(ScoreText(trial), trial.cancelled || trial.stopped ? Tone::kFaint : tone, color);
  absl::StripTrailingAsciiWhitespace(&text);
  return text;
}

// The last fold that was given up, and why.
std::optional<std::string> FailureLine(const SweepView& view) {
  std::optional<std::string> line;
  for (const auto& [number, trial] : view.trials()) {
    for (size_t fold = 0; fold < trial.folds.size(); ++fold) {
      if (trial.folds[fold].state != v1::FOLD_STATE_FAILED) continue;
      line = absl::StrCat("✗ trial ", number, " fold ", fold, ": ", trial.folds[fold].message);
    }
  }
  return line;
}

// What stands below the matrix.
std::vector<Cell> Footer(const SweepView& view, const MatrixOptions& options) {
  std::vector<Cell> lines;
  if (const std::optional<std::string> failure = FailureLine(view)) {
    lines.push_back({*failure, Tone::kBad});
  }
  if (view.members() > 0 && !view.ended()) {
    lines.push_back({absl::StrCat("ensemble of ", view.members(), " members, ",
                                  view.predictions_done(), " have predicted"),
                     Tone::kPlain});
  }
  if (!options.note.empty()) lines.push_back({options.note, Tone::kBad});
  return lines;
}

}  // namespace

std::vector<std::string> MatrixLines(const SweepView& view, const MatrixOptions& options) {
  const auto fitted = [&](const std::string& text, Tone tone) {
    return Painted(Shortened(text, options.width), tone, options.color);
  };
  const SweepProgress progress = MeasureProgress(view);
  std::vector<Cell> footer = Footer(view, options);
  std::vector<std::string> lines = {fitted(Title(view, progress, options), Tone::kStrong)};
  if (!view.trials().empty()) {
    lines.push_back(fitted(Counts(view, progress), Tone::kPlain));
    const MatrixColumns columns = FitColumns(view, options.width);
    lines.push_back(fitted(ColumnHeads(columns), Tone::kFaint));
    const size_t taken = lines.size() + footer.size();
    size_t rows = options.height > taken ? options.height - taken : 0;
    if (rows < view.trials().size() && rows > 0) --rows;  // for the line that says so
    const std::vector<uint32_t> shown = FitTrials(view, rows);
    for (const uint32_t trial : shown) {
      lines.push_back(
          Row(trial, view.trials().at(trial), view.best_trial() == trial, columns, options.color));
    }
    if (const size_t hidden = view.trials().size() - shown.size(); hidden > 0) {
      lines.push_back(fitted(absl::StrCat("  … ", hidden, " more trials"), Tone::kFaint));
    }
  }
  for (const Cell& line : footer) lines.push_back(fitted(line.text, line.tone));
  return lines;
}

}  // namespace pleat
