#include "client/matrix_cell.h"

#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/sweep_progress.h"
#include "client/text_width.h"

namespace pleat {
namespace {

constexpr std::array<const char*, 8> kRising = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
constexpr size_t kShortestBar = 3;

// A bar of `width` columns, filled in eighths of a column.
std::string Bar(double share, size_t width) {
  const auto eighths = static_cast<size_t>(std::lround(share * static_cast<double>(width) * 8));
  std::string bar;
  for (size_t i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kEighths[eighths % 8];
  while (TextWidth(bar) < width) bar += "░";
  return bar;
}

std::string RunningText(const FoldView& fold, const TrialView& trial, size_t width) {
  const double share = FoldShare(fold, trial);
  if (width == 1) return kRising[static_cast<size_t>(share * 7.99)];
  const std::string epoch = absl::StrCat(" ", fold.progress.epoch(), "/", trial.epochs);
  if (width < epoch.size() + kShortestBar) return Bar(share, width);
  return Bar(share, width - epoch.size()) + epoch;
}

const char* AnsiCode(Tone tone) {
  switch (tone) {
    case Tone::kStrong:
      return "1";
    case Tone::kFaint:
      return "2";
    case Tone::kRunning:
      return "36";
    case Tone::kGood:
      return "32";
    case Tone::kBad:
      return "31";
    case Tone::kPlain:
      break;
  }
  return "0";
}

}  // namespace

std::string Painted(std::string_view text, Tone tone, bool color) {
  if (!color || tone == Tone::kPlain || text.empty()) return std::string(text);
  return "\x1b[" + std::string(AnsiCode(tone)) + "m" + std::string(text) + "\x1b[0m";
}

std::string NumberText(double value, size_t width) {
  for (int decimals = 4; decimals > 0; --decimals) {
    std::string text = absl::StrFormat("%.*f", decimals, value);
    if (text.size() <= width) return text;
  }
  return Shortened(absl::StrFormat("%.0f", value), width);
}

Cell MatrixCell(const FoldView& fold, const TrialView& trial, size_t width) {
  switch (fold.state) {
    case v1::FOLD_STATE_RUNNING:
      return {RunningText(fold, trial, width), Tone::kRunning};
    case v1::FOLD_STATE_DONE:
      if (width == 1) return {"●", Tone::kPlain};
      return {PadLeft(NumberText(fold.score.value_or(std::nan("")), width), width), Tone::kPlain};
    case v1::FOLD_STATE_FAILED:
      return {PadLeft("✗", width), Tone::kBad};
    case v1::FOLD_STATE_CANCELLED:
      return {PadLeft("–", width), Tone::kFaint};
    default:
      return {PadLeft("·", width), Tone::kFaint};
  }
}

}  // namespace pleat
