#include "client/report/heat_map.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/html/html_text.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

constexpr size_t kMostWrittenClasses = 20;
constexpr size_t kLongestClassName = 9;

size_t LongestName(const std::vector<std::string>& names) {
  size_t longest = 1;
  for (const std::string& name : names) {
    longest = std::max(longest, std::min(name.size(), kLongestClassName + 1));
  }
  return longest;
}

class HeatMapDrawing {
 public:
  HeatMapDrawing(const std::vector<uint64_t>& counts, const std::vector<std::string>& names,
                 const std::string& label)
      : counts_(counts),
        names_(names),
        margin_(26 + 6.5 * static_cast<double>(LongestName(names))),
        cell_((kChartWidth - margin_ - 4) / static_cast<double>(names.size())),
        svg_(kChartWidth, kChartWidth, label) {}

  std::string Draw() {
    const size_t classes = names_.size();
    for (size_t i = 0; i < classes; ++i) {
      DrawNames(i);
      DrawRow(i);
    }
    svg_.VerticalText({11, (kChartWidth + margin_) / 2}, "label", "middle name");
    svg_.Text({(kChartWidth + margin_) / 2, 12}, "predicted", "middle name");
    return svg_.Take();
  }

 private:
  void DrawNames(size_t i) {
    // Only as many as have room.
    const size_t every = std::max<size_t>(1, static_cast<size_t>(std::ceil(12 / cell_)));
    if (i % every != 0) return;
    const double middle = margin_ + (static_cast<double>(i) + 0.5) * cell_;
    const std::string name = ShortName(names_[i], kLongestClassName);
    svg_.Text({margin_ - 6, middle + 4}, name, "end");
    if (LongestName(names_) * 6.5 <= cell_ * static_cast<double>(every)) {
      svg_.Text({middle, margin_ - 7}, name, "middle");
    } else {
      svg_.VerticalText({middle + 4, margin_ - 6}, name);
    }
  }

  void DrawRow(size_t label) {
    const size_t classes = names_.size();
    uint64_t rows = 0;
    for (size_t i = 0; i < classes; ++i) rows += counts_[label * classes + i];
    for (size_t predicted = 0; predicted < classes; ++predicted) {
      const uint64_t count = counts_[label * classes + predicted];
      const double share = rows > 0 ? static_cast<double>(count) / static_cast<double>(rows) : 0;
      DrawCell(label, predicted, count, share);
    }
  }

  void DrawCell(size_t label, size_t predicted, uint64_t count, double share) {
    const SvgPoint corner = {margin_ + static_cast<double>(predicted) * cell_,
                             margin_ + static_cast<double>(label) * cell_};
    const double gap = cell_ > 8 ? 1 : 0;
    svg_.Rect(corner, cell_ - gap, cell_ - gap, "cell empty");
    if (count == 0) return;
    const bool is_hit = label == predicted;
    // A tenth of a class's rows mistaken for one other is as bad as it gets for the shade.
    const double shade =
        is_hit ? 0.15 + 0.75 * share : 0.2 + 0.8 * std::sqrt(std::min(1.0, share * 10));
    svg_.Rect(corner, cell_ - gap, cell_ - gap, is_hit ? "cell hit" : "cell miss",
              absl::StrCat(names_[label], is_hit ? " right: " : " taken for ",
                           is_hit ? "" : names_[predicted] + ": ", CountText(count), " rows, ",
                           PercentText(share)),
              std::min(shade, 0.99));
    if (names_.size() > kMostWrittenClasses) return;
    svg_.Text({corner.x + cell_ / 2 - gap / 2, corner.y + cell_ / 2 + 4}, absl::StrCat(count),
              absl::StrCat("middle count", shade > 0.6 ? " on" : ""));
  }

  const std::vector<uint64_t>& counts_;
  const std::vector<std::string>& names_;
  const double margin_;
  const double cell_;
  Svg svg_;
};

}  // namespace

std::string HeatMapSvg(const std::vector<uint64_t>& counts,
                       const std::vector<std::string>& class_names, const std::string& label) {
  return HeatMapDrawing(counts, class_names, label).Draw();
}

}  // namespace pleat
